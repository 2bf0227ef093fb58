/// Small sets in the layout of the official files.
extension TestFolder {
  /// Writes the four files of MNIST and the sets made after it, with black images.
  func writeIDX(
    _ name: String, train: [UInt8] = [3, 1, 4], test: [UInt8] = [1, 5], spelling: String = "-idx",
    suffix: String = ""
  ) throws {
    for (part, labels) in [("train", train), ("t10k", test)] {
      let pixels = [UInt8](repeating: 0, count: labels.count * 784)
      let files = [
        ("images\(spelling)3", idxImages(labels.count, height: 28, width: 28, pixels)),
        ("labels\(spelling)1", idxLabels(labels)),
      ]
      for (kind, bytes) in files {
        try write(
          suffix.isEmpty ? bytes : gzipped(bytes), to: "\(name)/\(part)-\(kind)-ubyte\(suffix)")
      }
    }
  }

  /// Writes the six files of CIFAR-10 with black images; the training batches are all alike.
  func writeCIFAR10(train: [UInt8], test: [UInt8]) throws {
    let batches = (1...5).map { ("data_batch_\($0)", train) } + [("test_batch", test)]
    for (name, labels) in batches {
      try write(labels.flatMap { record([$0], 0) }, to: "cifar-10-batches-bin/\(name).bin")
    }
  }
}

/// A record of a CIFAR file whose image has one value everywhere.
func record(_ labels: [UInt8], _ value: UInt8) -> [UInt8] {
  labels + [UInt8](repeating: value, count: 3072)
}
