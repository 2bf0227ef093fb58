import Datasets

/// A small procedural sample, cropped as the paper crops.
func smallSplit(_ count: Int, test: Int = 60, seed: UInt64 = 3) -> DatasetSplit {
  smallSplitUncropped(count, test: test, seed: seed)
    .map { $0.centerCropped(height: 28, width: 28) }
}

/// Images given by a few bytes each, for exact answers.
func tinySplit(
  train: [(pixels: [UInt8], label: Int)], test: [(pixels: [UInt8], label: Int)]
) -> DatasetSplit {
  func dataset(_ rows: [(pixels: [UInt8], label: Int)]) -> LabeledDataset {
    LabeledDataset(
      shape: ImageShape(height: 1, width: 2, channels: 1), pixels: .bytes(rows.flatMap(\.pixels)),
      labels: rows.map(\.label), classNames: ["none", "one", "two"],
      provenance: Provenance(name: "tiny"))
  }
  return DatasetSplit(train: dataset(train), test: dataset(test))
}

/// The same sample before the crop.
func smallSplitUncropped(_ count: Int, test: Int = 60, seed: UInt64 = 3) -> DatasetSplit {
  ProceduralImages.split(trainCount: count, testCount: test, seed: seed)
}
