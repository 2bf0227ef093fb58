import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("Dropout draws a mask for each sample by its name")
struct DropoutTests {
  /// What ones become.
  private func masks(
    _ rate: Double, length: Int, _ batch: Batch, before: [Layer] = []
  ) throws -> [[Double]] {
    try LayerOutputs(
      layers: before + Dropout(rate).layers, input: .vector(length),
      samples: batch.labels.map { _ in [Double](repeating: 1, count: length) }
    ).trained(batch)
  }

  @Test("Values are 0, or 1 / (1 - rate), with the right share and mean 1", arguments: 0..<200)
  func share(_ seed: Int) throws {
    let rate = [0, 0.1, 0.25, 0.5, 0.9][seed % 5]
    let (length, count) = (300, 8)
    let batch = Batch(labels: Array(0..<count), epoch: seed, seed: UInt64(seed))
    let values = try masks(rate, length: length, batch).flatMap { $0 }
    let kept = 1 / (1 - rate)
    // The engine's product of the value with 1, and the factor B taken out again, round.
    let bound = Tolerance.arithmetic.bound(Double.self, size: 4, scale: kept)
    #expect(values.allSatisfy { $0 == 0 || abs($0 - kept) <= bound })
    let total = Double(length * count)
    let zeros = Double(values.count { $0 == 0 })
    // Six standard deviations of the binomial distribution.
    let deviation = (total * rate * (1 - rate)).squareRoot()
    #expect(abs(zeros - total * rate) <= 6 * deviation)
    let mean = values.reduce(0, +) / total
    #expect(
      abs(mean - 1)
        <= 6 * deviation * kept / total
        + Tolerance.arithmetic.bound(Double.self, size: values.count, scale: kept))
  }

  @Test("Seed, node, epoch and sample name a mask, the batch does not", arguments: 0..<50)
  func names(_ seed: Int) throws {
    func mask(
      _ sample: Int = 3, epoch: Int = 2, seed: UInt64, before: [Layer] = []
    ) throws -> [Double] {
      try masks(
        0.5, length: 64, Batch(labels: [0], samples: [sample], epoch: epoch, seed: seed),
        before: before)[0]
    }
    let seed = UInt64(seed)
    let first = try mask(seed: seed)
    #expect(try mask(seed: seed) == first)
    #expect(try mask(4, seed: seed) != first)
    #expect(try mask(epoch: 3, seed: seed) != first)
    #expect(try mask(seed: seed + 1) != first)
    #expect(try mask(seed: seed, before: Rectifier().layers) != first)
    let many = try masks(
      0.5, length: 64, Batch(labels: [0, 1, 2], samples: [9, 3, 3], epoch: 2, seed: seed))
    #expect(many[1].map { $0 > 0 } == first.map { $0 > 0 } && many[1] == many[2])
    #expect(many[0] != many[1])
  }

  @Test("The draws are those of the stream with this name")
  func stream() throws {
    let batch = Batch(labels: [0], samples: [41], epoch: 5, seed: 7)
    var stream = RandomStream(seed: 7, purpose: "dropout", indices: 1, 5, 41)
    #expect(
      try masks(0.25, length: 100, batch)[0].map { $0 == 0 }
        == (0..<100).map { _ in stream.uniform() < 0.25 })
  }

  @Test("Logits are without dropout, and rate 0 changes nothing")
  func evaluation() throws {
    let samples = [[1.0, -2, 3], [4, 5, -6]]
    let outputs = LayerOutputs(
      layers: Dropout(0.9).layers, input: .vector(3), samples: samples)
    #expect(try outputs.evaluated() == samples)
    let none = LayerOutputs(layers: Dropout(0).layers, input: .vector(3), samples: samples)
    #expect(try none.trained() == samples)
  }
}
