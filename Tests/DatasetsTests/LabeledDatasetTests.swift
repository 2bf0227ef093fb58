import Datasets
import LinearAlgebra
import TestSupport
import Testing

@Suite("A dataset is a value that knows its history")
struct LabeledDatasetTests {
  @Test("Counts follow from shape, labels and classes")
  func counts() {
    let dataset = patternDataset()
    #expect(dataset.count == 3)
    #expect(dataset.classCount == 4)
    #expect(dataset.dimension == 12)
    #expect(dataset.shape.area == 6)
    #expect(dataset.shape.description == "2x3x2")
  }

  @Test("A prefix holds the first images, and says so", arguments: PropertyCase.all)
  func prefix(_ property: PropertyCase) {
    for whole in [randomDataset(property), randomDataset(property).withReals] {
      let count = whole.count / 2
      let part = whole.prefix(count)
      #expect(part.count == count)
      #expect(part.labels == Array(whole.labels.prefix(count)))
      #expect(part.shape == whole.shape && part.classNames == whole.classNames)
      #expect(part.pixels.count == count * whole.dimension)
      if whole.count > 0 {
        #expect(part.provenance.steps == ["first \(count) of \(whole.count) images"])
        #expect(
          part.featureMatrix(.raw)
            == whole.featureMatrix(.raw).rows(0..<count))
      }
      #expect(whole.prefix(whole.count) == whole)
    }
  }

  @Test("New labels keep the images, and say so")
  func relabelling() {
    let before = patternDataset()
    let after = before.replacing(labels: [1, 1, 1], step: "all b")
    #expect(after.labels == [1, 1, 1])
    #expect(after.pixels == before.pixels)
    #expect(after.provenance.steps == ["all b"])
    #expect(before.provenance.steps.isEmpty)
  }

  @Test("A split maps both of its sets")
  func splits() {
    let split = DatasetSplit(train: patternDataset(), test: patternDataset().prefix(2))
    let mapped = split.map { $0.prefix(1) }
    #expect(mapped.train == split.train.prefix(1))
    #expect(mapped.test == split.test.prefix(1))
  }

  @Test("What does not fit together stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = LabeledDataset(
        shape: ImageShape(height: 1, width: 2, channels: 1), pixels: .bytes([1]), labels: [0],
        classNames: ["a"], provenance: Provenance(name: "bad"))
    }
    await #expect(processExitsWith: .failure) {
      _ = patternDataset().replacing(labels: [0, 1, 4], step: "bad")
    }
    await #expect(processExitsWith: .failure) { _ = patternDataset().prefix(4) }
    await #expect(processExitsWith: .failure) {
      _ = ImageShape(height: 0, width: 1, channels: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = DatasetSplit(
        train: patternDataset(), test: patternDataset().centerCropped(height: 1, width: 1))
    }
  }
}
