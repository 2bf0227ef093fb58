import Certificates
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import Synchronization
import TestSupport
import Testing

@Suite("A sample is fitted as it streams by, like one in memory")
struct StreamedFitTests {
  /// Counts what a fit asks of some samples.
  private final class Witness<Samples: SampleSource>: SampleSource {
    let samples: Samples
    let passes = Mutex(0)
    let comparisons = Mutex<[[Int]]>([])

    init(_ samples: Samples) { self.samples = samples }

    var count: Int { samples.count }
    var dimension: Int { samples.dimension }
    func projections(along direction: [Double]) -> [Double] {
      passes.withLock { $0 += 1 }
      return samples.projections(along: direction)
    }
    func areEqual(_ first: Int, _ second: Int) -> Bool {
      comparisons.withLock { $0.append([first, second]) }
      return samples.areEqual(first, second)
    }
    func checkFinite() throws(InterpolationError) { try samples.checkFinite() }
  }

  private func matrix(_ bytes: ByteSamples) -> Matrix<Float> {
    Matrix(rows: bytes.count, columns: bytes.dimension) { i, j in
      Float(bytes.bytes[i * bytes.dimension + j])
    }
  }

  private func expectEqual(_ fit: InterpolantFit, _ other: InterpolantFit) {
    #expect(fit.network == other.network && fit.matrix == other.matrix)
    #expect(fit.representatives == other.representatives)
    #expect(fit.projections == other.projections)
    #expect(fit.mergedDuplicates == other.mergedDuplicates)
    #expect(fit.solver == other.solver && fit.direction == other.direction)
  }

  @Test("Bytes with duplicates give the network of the same numbers", arguments: PropertyCase.all)
  func duplicates(_ property: PropertyCase) throws {
    var stream = property.stream("streamed duplicates")
    let seed = UInt64(property.seed)
    let (n, d) = (property.first, max(1, property.second))
    // Few values in few dimensions: many samples are equal.
    let bytes = ByteSamples(
      count: n, dimension: d, bytes: (0..<n * d).map { _ in UInt8(stream.integer(below: 3)) })
    let numbers = matrix(bytes)
    let outputs = min(property.third, 5)
    // Equal samples have equal targets.
    let targets = Matrix<Double>(rows: n, columns: outputs) { i, j in
      Double(numbers.row(i).reduce(Float(j)) { $0 * 3 + $1 }.truncatingRemainder(dividingBy: 17))
    }
    let witness = Witness(bytes)
    let fit = try ReLUInterpolant.fit(
      witness, targets: targets, direction: .integer, seed: seed)
    expectEqual(
      fit,
      try ReLUInterpolant.fit(numbers, targets: targets, direction: .integer, seed: seed))
    #expect(witness.passes.withLock { $0 } == fit.direction.draws)
    #expect(Set((0..<n).map(numbers.row)).count == n - fit.mergedDuplicates)
    if fit.direction.draws == 1 {
      #expect(witness.comparisons.withLock { $0.count } == fit.mergedDuplicates)
    }
    let certificate = InterpolationCertificate(
      checking: fit.network, projections: ExactProjections(fit.projections), targets: targets)
    #expect(certificate.interleaving == .strict && certificate.recoversTargets)
  }

  @Test("Real samples give the network of their matrix", arguments: PropertyCase.all)
  func realSamples(_ property: PropertyCase) throws {
    var stream = property.stream("streamed reals")
    let samples: Matrix<Double> = randomMatrix(
      rows: property.first, columns: max(1, property.second), from: &stream)
    let targets: Matrix<Double> = randomMatrix(
      rows: property.first, columns: min(property.third, 5), from: &stream)
    for solver in OutputWeightSolver.allCases {
      expectEqual(
        try ReLUInterpolant.fit(
          MatrixSamples(samples), targets: targets, placement: .midpoint, solver: solver,
          seed: UInt64(property.seed)),
        try ReLUInterpolant.fit(
          samples, targets: targets, placement: .midpoint, solver: solver,
          seed: UInt64(property.seed)))
    }
  }

  @Test("A sample that several threads share", arguments: [1, 3])
  func large(_ outputs: Int) throws {
    let source = RandomBytes(count: 40_000, dimension: 20, seed: 6)
    var stream = RandomStream(seed: 6, purpose: "labels")
    let targets = Matrix<Double>(rows: source.count, columns: outputs) { _, _ in
      Double(stream.integer(below: 10))
    }
    let fit = try ReLUInterpolant.fit(
      source, targets: targets, direction: .integer, seed: 6)
    #expect(fit.mergedDuplicates == 0 && fit.direction.draws == 1)
    let certificate = InterpolationCertificate(
      checking: fit.network, projections: ExactProjections(fit.projections), targets: targets)
    #expect(certificate.interleaving == .strict && certificate.recoversTargets)
  }

  @Test(
    "Equal samples with different targets are named, the first pair of them",
    arguments: PropertyCase.all)
  func conflictingDuplicates(_ property: PropertyCase) {
    var stream = property.stream("streamed conflicts")
    let n = max(2, property.first)
    let pair = stream.permutation(of: n).prefix(2).sorted()
    // One byte counts, one repeats.
    let first = stream.permutation(of: 256)
    let bytes = ByteSamples(
      count: n, dimension: 2,
      bytes: (0..<n).flatMap { i in [UInt8(first[i == pair[1] ? pair[0] : i]), 7] })
    var targets = Matrix<Double>(rows: n, columns: 2, repeating: 1)
    targets[pair[1], 1] = 1.0.nextUp
    #expect(
      throws: InterpolationError.conflictingDuplicates(first: pair[0], second: pair[1])
    ) {
      try ReLUInterpolant.fit(
        bytes, targets: targets, direction: .integer, seed: UInt64(property.seed))
    }
  }

  @Test("Samples that no direction separates are looked at once a draw")
  func notSeparated() {
    let far = Matrix<Double>(rows: 3, columns: 2, columnMajor: [0, 1e300, 1e300, 5, 0, 1])
    let targets = Matrix<Double>(rows: 3, columns: 1, columnMajor: [0, 1, 2])
    let witness = Witness(MatrixSamples(far))
    #expect(throws: InterpolationError.notSeparated(first: 1, second: 2, draws: 16)) {
      try ReLUInterpolant.fit(witness, targets: targets, seed: 4)
    }
    #expect(witness.passes.withLock { $0 } == 16)
    #expect(witness.comparisons.withLock { $0 } == Array(repeating: [1, 2], count: 16))
  }

  @Test("Numbers that are none are named")
  func notFinite() {
    let samples = Matrix<Float>(rows: 2, columns: 2, columnMajor: [1, 2, 3, .nan])
    let targets = Matrix<Double>(rows: 2, columns: 1, columnMajor: [0, .infinity])
    #expect(throws: InterpolationError.notFinite(argument: "the samples", row: 1, column: 1)) {
      try ReLUInterpolant.fit(MatrixSamples(samples), targets: targets, seed: 0)
    }
    #expect(throws: InterpolationError.notFinite(argument: "the targets", row: 1, column: 0)) {
      try ReLUInterpolant.fit(
        RandomBytes(count: 2, dimension: 1, seed: 0), targets: targets, seed: 0)
    }
  }

  @Test("Different numbers of samples and targets stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try ReLUInterpolant.fit(
        RandomBytes(count: 1, dimension: 1, seed: 0), targets: Matrix(rows: 2, columns: 1),
        seed: 0)
    }
  }
}
