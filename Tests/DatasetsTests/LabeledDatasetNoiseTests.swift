import Datasets
import Testing

@Suite("Pixel noise")
struct LabeledDatasetNoiseTests {
  private let split = ProceduralImages.split(trainCount: 20, testCount: 10, seed: 2)

  private func reals(_ dataset: LabeledDataset) throws -> [Double] {
    switch dataset.pixels {
    case .bytes(let values): values.map(Double.init)
    case .reals(let values): values.map(Double.init)
    }
  }

  @Test("no noise changes nothing")
  func none() {
    #expect(split.addingNoise(deviation: 0, seed: 1) == split)
  }

  @Test("the noise has mean 0 and the deviation asked for", arguments: [0.5, 8.0, 100.0])
  func moments(deviation: Double) throws {
    let noisy = split.addingNoise(deviation: deviation, seed: 1)
    let differences = try zip(reals(noisy.train), reals(split.train)).map { $0 - $1 }
    let n = Double(differences.count)
    let mean = differences.reduce(0, +) / n
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    // Five standard errors of a mean and of a variance.
    #expect(abs(mean) <= 5 * deviation / n.squareRoot())
    #expect(abs(variance / (deviation * deviation) - 1) <= 5 * (2 / n).squareRoot())
    #expect(noisy.train.labels == split.train.labels)
  }

  @Test("the noise of an image is its own, and the same for any number of images")
  func streams() throws {
    let noisy = split.addingNoise(deviation: 3, seed: 1)
    #expect(noisy == split.addingNoise(deviation: 3, seed: 1))
    #expect(noisy != split.addingNoise(deviation: 3, seed: 2))
    let fewer = DatasetSplit(train: split.train.prefix(5), test: split.test)
      .addingNoise(deviation: 3, seed: 1)
    #expect(fewer.train.pixels == noisy.train.prefix(5).pixels)
  }

  @Test("a negative deviation stops the program")
  func negative() async {
    await #expect(processExitsWith: .failure) {
      _ = ProceduralImages.split(trainCount: 1, testCount: 1, seed: 0)
        .addingNoise(deviation: -1, seed: 0)
    }
  }
}
