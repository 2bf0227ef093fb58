import Certificates
import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("A certificate says exactly how far a network misses")
struct InterpolationCertificateTests {
  /// A network with the sample that it is checked at.
  private struct Checked {
    var thresholds: [Double]
    var weights: Matrix<Double>
    var projections: [Double]
    var targets: Matrix<Double>

    /// A fitted network and its sample, in an order of its own.
    init(_ property: PropertyCase) throws {
      var stream = property.stream("certified")
      let n = min(property.first, 10)
      let (x, b) = randomInterleaving(n, from: &stream)
      let order = stream.permutation(of: n)
      let outputs = 1 + stream.integer(below: 3)
      let sorted: Matrix<Double> = randomMatrix(rows: n, columns: outputs, from: &stream)
      let matrix = try #require(InterleavingMatrix(points: x, thresholds: b))
      thresholds = b
      weights = try matrix.solve(sorted, solver: .recurrence)
      projections = order.map { x[$0] }
      targets = sorted.rows(order)
    }

    var certificate: InterpolationCertificate {
      InterpolationCertificate(
        checking: ReLUInterpolant(
          direction: [1], thresholds: thresholds, outputWeights: weights),
        projections: ExactProjections(projections), targets: targets)
    }

    /// How far one output misses at one sample, by the definition and in fractions.
    func miss(_ sample: Int, _ output: Int) -> Rational {
      let value = exactOutput(
        at: projections[sample], thresholds: thresholds, weights: weights.column(output))
      return (value - Rational(targets[sample, output])).magnitude
    }

    /// All misses, one row a sample.
    var misses: [[Rational]] {
      projections.indices.map { sample in (0..<targets.columns).map { miss(sample, $0) } }
    }

    var largestMiss: Rational { misses.joined().max() ?? 0 }

    /// Whether the k-th distinct projection lies behind exactly the first k thresholds.
    var interleaves: Bool {
      let points = Set(projections).sorted()
      return points.count == thresholds.count
        && points.enumerated().allSatisfy { k, x in
          thresholds.count { $0 < x } == k + 1 && !thresholds.contains(x)
        }
    }

    /// The least distance of two different targets of an output, halved; at most 1/2 for integers.
    var radius: Rational? {
      let areIntegers = targets.elements.allSatisfy { $0 == $0.rounded(.down) }
      var least: Rational? = areIntegers ? 1 : nil
      for output in 0..<targets.columns {
        for a in targets.column(output) {
          for b in targets.column(output) where a != b {
            let distance = (Rational(a) - Rational(b)).magnitude
            least = min(least ?? distance, distance)
          }
        }
      }
      return least.map { $0 / 2 }
    }
  }

  private func check(_ checked: Checked) {
    let certificate = checked.certificate
    let misses = checked.misses
    let largest = misses.joined().max() ?? 0
    #expect(certificate.exactResidual == largest)
    #expect(largest.isRoundedUp(to: certificate.maxAbsoluteResidual))
    let worst = misses.firstIndex { $0.contains(largest) && largest > 0 }
    #expect(certificate.worstSample == worst)
    #expect(certificate.worstOutput == worst.flatMap { misses[$0].firstIndex(of: largest) })
    #expect((certificate.interleaving == .strict) == checked.interleaves)
    if let radius = checked.radius {
      // Rounded down: the negative rounded up.
      #expect((-radius).isRoundedUp(to: -certificate.recoveryRadius))
      if certificate.recoversTargets { #expect(largest < radius) }
      if largest * Rational(1 + 0x1p-50) < radius { #expect(certificate.recoversTargets) }
    } else {
      #expect(certificate.recoveryRadius == .infinity)
    }
  }

  @Test("Residual, interleaving and radius by their definitions", arguments: PropertyCase.all)
  func definitions(_ property: PropertyCase) throws {
    let checked = try Checked(property)
    check(checked)
    let certificate = checked.certificate
    #expect(certificate.samples == checked.projections.count && certificate.dimension == 1)
    #expect(certificate.outputs == checked.targets.columns)
    #expect(
      certificate.weightCount == checked.thresholds.count * (1 + checked.targets.columns) + 1)
    #expect(certificate.certifies && certificate.recoversTargets)
  }

  @Test("A residual of 0 is 0", arguments: PropertyCase.all)
  func exactNetworks(_ property: PropertyCase) {
    var stream = property.stream("exact")
    let system = KnownInterleavingSystem(integersOfSize: property.first, from: &stream)
    let n = property.first
    let certificate = InterpolationCertificate(
      checking: ReLUInterpolant(
        direction: [], thresholds: system.thresholds,
        outputWeights: Matrix(rows: n, columns: 1, columnMajor: system.weights)),
      projections: ExactProjections(system.points),
      targets: Matrix(rows: n, columns: 1, columnMajor: system.targets))
    #expect(certificate.maxAbsoluteResidual == 0)
    #expect(certificate.exactResidual == 0 && certificate.interleaving == .strict)
    #expect(certificate.worstSample == nil && certificate.worstOutput == nil)
  }

  @Test(
    "A single flipped bit anywhere changes the certificate as the definitions say",
    arguments: PropertyCase.all)
  func flippedBits(_ property: PropertyCase) throws {
    var stream = property.stream("flipped bits")
    let intact = try Checked(property)
    let n = intact.projections.count
    guard n > 0 else { return }
    func flip(_ number: inout Double) {
      let changed = Double(bitPattern: number.bitPattern ^ (1 << stream.integer(below: 64)))
      if changed.isFinite { number = changed }
    }
    for _ in 0..<4 {
      let (i, output) = (stream.integer(below: n), stream.integer(below: intact.targets.columns))

      var weights = intact
      flip(&weights.weights[i, output])
      check(weights)
      // At the last point every unit is active, so that no other one hides the change.
      let change = (Rational(weights.weights[i, output]) - Rational(intact.weights[i, output]))
        .magnitude
      let reach = (intact.projections.max() ?? 0) - intact.thresholds[i]
      #expect(
        weights.largestMiss + intact.largestMiss >= change * Rational(reach * (1 - 0x1p-52)))

      var targets = intact
      flip(&targets.targets[i, output])
      check(targets)

      var points = intact
      flip(&points.projections[i])
      check(points)

      var thresholds = intact
      flip(&thresholds.thresholds[i])
      let stillIncrease = zip(thresholds.thresholds, thresholds.thresholds.dropFirst())
        .allSatisfy { $0 < $1 }
      if stillIncrease { check(thresholds) }
    }
  }

  @Test("A miss of half the distance between targets is too much")
  func recovery() {
    func certificate(_ miss: Double) -> InterpolationCertificate {
      InterpolationCertificate(
        checking: ReLUInterpolant(
          direction: [1], thresholds: [0, 1],
          outputWeights: Matrix(rows: 2, columns: 1, columnMajor: [1, 0])),
        projections: ExactProjections([1, 2]),
        targets: Matrix(rows: 2, columns: 1, columnMajor: [1 - miss, 3 - miss]))
    }
    // Values 1 and 2, targets two apart: missed by the larger of m and |m - 1|.
    #expect(certificate(0.25).recoveryRadius == 1)
    #expect(certificate(0.25).maxAbsoluteResidual == 0.75)
    #expect(certificate(0.25).recoversTargets)
    #expect(certificate(0).maxAbsoluteResidual == 1)
    #expect(certificate(0).recoveryRadius == 0.5)
    #expect(!certificate(0).recoversTargets)
    #expect(certificate(1.5).maxAbsoluteResidual == 1.5)
    #expect(!certificate(1.5).recoversTargets)
  }

  @Test("Radii are of single outputs, and of different targets only")
  func radii() {
    func radius(_ targets: Matrix<Double>) -> Double {
      let n = targets.rows
      return InterpolationCertificate(
        checking: ReLUInterpolant(
          direction: [1], thresholds: (0..<n).map { Double($0) },
          outputWeights: Matrix(rows: n, columns: targets.columns)),
        projections: ExactProjections((0..<n).map { Double($0) + 0.5 }), targets: targets
      ).recoveryRadius
    }
    #expect(radius(Matrix(rows: 3, columns: 1, columnMajor: [5.5, 5.5, 5.5])) == .infinity)
    #expect(radius(Matrix(rows: 3, columns: 1, columnMajor: [5.5, 1.5, 5.5])) == 2)
    #expect(radius(Matrix(rows: 2, columns: 2, columnMajor: [0.5, 4, 1, 4])) == 1.5)
    #expect(radius(Matrix(rows: 2, columns: 2, columnMajor: [0, 0, 0.1, 0.1])) == .infinity)
    #expect(radius(Matrix(rows: 3, columns: 1, columnMajor: [5, 1, 5])) == 0.5)
    #expect(radius(Matrix(rows: 3, columns: 1, columnMajor: [5, 5, 5])) == 0.5)
    #expect(radius(Matrix(rows: 0, columns: 2)) == 0.5)
  }

  @Test("Thresholds interleave the projections themselves strictly, weakly, or not")
  func interleaving() {
    func interleaving(_ thresholds: [Double], _ projections: [Double]) -> Interleaving? {
      InterpolationCertificate(
        checking: ReLUInterpolant(
          direction: [1], thresholds: thresholds,
          outputWeights: Matrix(rows: thresholds.count, columns: 1)),
        projections: ExactProjections(projections),
        targets: Matrix(rows: projections.count, columns: 1)
      ).interleaving
    }
    #expect(interleaving([], []) == .strict)
    #expect(interleaving([0], [1]) == .strict)
    #expect(interleaving([0, 2], [3, 1]) == .strict)
    #expect(interleaving([0, 2], [3, 1, 3, 1]) == .strict)
    #expect(interleaving([0, 1], [3, 1]) == .weak)
    #expect(interleaving([0, 1, 3, 4], [3, 1, 6, 3, 4]) == .weak)
    #expect(interleaving([0, 1, 3, 4], [3, 1, 6, 4.5]) == Interleaving.none)
    #expect(interleaving([1, 2], [3, 1]) == Interleaving.none)
    #expect(interleaving([0, 2, 4], [3, 1]) == Interleaving.none)
    #expect(interleaving([0], [3, 1]) == Interleaving.none)
    #expect(interleaving([1, 2], [3, 0]) == Interleaving.none)
  }

  @Test("Numbers from the smallest to the largest are summed without rounding")
  func extremes() {
    func residual(
      _ weights: [Double], _ thresholds: [Double], _ point: Double, _ target: Double
    ) -> Double {
      InterpolationCertificate(
        checking: ReLUInterpolant(
          direction: [1], thresholds: thresholds,
          outputWeights: Matrix(rows: weights.count, columns: 1, columnMajor: weights)),
        projections: ExactProjections([point]),
        targets: Matrix(rows: 1, columns: 1, columnMajor: [target])
      ).maxAbsoluteResidual
    }
    let tiny = Double.leastNonzeroMagnitude
    #expect(residual([tiny], [0], 1, 0) == tiny)
    #expect(residual([tiny], [0], 0.25, 0) == tiny)
    #expect(residual([tiny], [0], tiny, 0) == tiny)
    #expect(residual([1], [0], 1, tiny) == 1)
    #expect(residual([1], [0], 1, -tiny) == 1.0.nextUp)
    #expect(residual([1e300, -1e300], [0, tiny], 1, 0) == 1e300 * tiny)
    #expect(residual([.greatestFiniteMagnitude], [0], 1, 0) == .greatestFiniteMagnitude)
    #expect(residual([.greatestFiniteMagnitude], [0], 1, -tiny) == .infinity)
    #expect(residual([1e300], [0], 1e300, 0) == .infinity)
  }

  @Test("What is no number never certifies")
  func notFinite() {
    let targets = Matrix<Double>(rows: 1, columns: 1, columnMajor: [1])
    func residual(
      weight: Double = 1, threshold: Double = 0, point: Double = 1, target: Double = 1
    ) -> InterpolationCertificate {
      InterpolationCertificate(
        checking: ReLUInterpolant(
          direction: [1], thresholds: [threshold],
          outputWeights: Matrix(rows: 1, columns: 1, columnMajor: [weight])),
        projections: ExactProjections([point]), targets: targets.map { _ in target })
    }
    #expect(residual().recoversTargets)
    for value in [Double.nan, .infinity, -.infinity] {
      for certificate in [
        residual(weight: value), residual(threshold: value), residual(point: value),
        residual(target: value),
      ] {
        #expect(certificate.maxAbsoluteResidual == .infinity)
        #expect(!certificate.recoversTargets)
      }
    }
  }

  @Test("No sample is certified with nothing to miss")
  func empty() {
    let certificate = InterpolationCertificate(
      checking: ReLUInterpolant(
        direction: [1, 2], thresholds: [], outputWeights: Matrix(rows: 0, columns: 3)),
      projections: ExactProjections([]), targets: Matrix(rows: 0, columns: 3))
    #expect(certificate.samples == 0 && certificate.weightCount == 2)
    #expect(certificate.maxAbsoluteResidual == 0 && certificate.interleaving == .strict)
    #expect(certificate.recoveryRadius == 0.5 && certificate.recoversTargets)
  }

  @Test("Targets of another shape stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = InterpolationCertificate(
        checking: ReLUInterpolant(
          direction: [1], thresholds: [], outputWeights: Matrix(rows: 0, columns: 1)),
        projections: ExactProjections([]), targets: Matrix(rows: 1, columns: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = InterpolationCertificate(
        checking: ReLUInterpolant(
          direction: [1], thresholds: [], outputWeights: Matrix(rows: 0, columns: 1)),
        projections: ExactProjections([]), targets: Matrix(rows: 0, columns: 2))
    }
  }
}
