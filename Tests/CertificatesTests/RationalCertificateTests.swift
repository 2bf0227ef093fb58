import BigInt
import Certificates
import ExactArithmetic
import Foundation
import LinearAlgebra
import RandomStreams
import ReLUNetworks
import TestSupport
import Testing

@Suite("Networks of fractions, and numbers beyond the doubles")
struct RationalCertificateTests {
  private func certificate(
    _ thresholds: [Rational], _ weights: [[Rational]], _ points: [Double],
    _ targets: Matrix<Double>
  ) -> InterpolationCertificate {
    InterpolationCertificate(
      checking: RationalInterpolant(
        direction: [1], thresholds: thresholds, outputWeights: weights),
      samples: SampleBlocks(Matrix(rows: points.count, columns: 1, columnMajor: points)),
      targets: targets)
  }

  @Test(
    "The solution in fractions has the residual 0, and a wrong weight its own",
    arguments: PropertyCase.all)
  func exactSolution(_ property: PropertyCase) {
    var stream = property.stream("fractions")
    let n = min(property.first, 10)
    let (points, thresholds) = randomInterleaving(n, from: &stream)
    let isWeak = stream.integer(below: 2) == 0
    let exact = thresholds.enumerated().map { i, b in
      Rational(isWeak && i > 0 ? points[i - 1] : b)
    }
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    // Forward substitution by the definition.
    var weights = [[Rational]](repeating: [0, 0], count: n)
    for output in 0..<2 {
      for i in 0..<n {
        let before = (0..<i).reduce(Rational(integerLiteral: 0)) {
          $0 + weights[$1][output] * (Rational(points[i]) - exact[$1])
        }
        weights[i][output] =
          (Rational(targets[i, output]) - before) / (Rational(points[i]) - exact[i])
      }
    }
    let found = certificate(exact, weights, points, targets)
    #expect(found.exactResidual == 0 && found.maxAbsoluteResidual == 0 && found.certifies)
    #expect(found.interleaving == (isWeak && n > 1 ? .weak : .strict))
    #expect(found.weightCount == 3 * n + 1 && found.worstSample == nil)
    guard n > 0 else { return }
    let changed = stream.integer(below: n)
    let change = Rational(1, over: 3)
    weights[changed][1] = weights[changed][1] + change
    let wrong = certificate(exact, weights, points, targets)
    // The change grows with the distance from the threshold.
    #expect(wrong.exactResidual == change * (Rational(points[n - 1]) - exact[changed]))
    #expect(wrong.worstSample == n - 1 && wrong.worstOutput == 1)
  }

  @Test("Doubles as fractions have the certificate of doubles", arguments: PropertyCase.all)
  func sameCertificate(_ property: PropertyCase) {
    var stream = property.stream("as fractions")
    let n = min(property.first, 10)
    let (points, thresholds) = randomInterleaving(n, from: &stream)
    // At the ends of the range slopes and projections have no sum of doubles.
    let scale = [1, 1e-200, 1e300][stream.integer(below: 3)]
    let weights = Matrix<Double>(rows: n, columns: 2) { _, _ in scale * 1e7 * stream.normal() }
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let samples = Matrix<Double>(rows: n, columns: 1, columnMajor: points.map { scale * $0 })
    let shrink = [1, 0x1p-500][stream.integer(below: 2)]
    let network = ReLUInterpolant(
      direction: [shrink], thresholds: thresholds.map { $0 * scale }, outputWeights: weights)
    let doubles = InterpolationCertificate(
      checking: network, samples: SampleBlocks(samples), targets: targets)
    let fractions = InterpolationCertificate(
      checking: RationalInterpolant(
        direction: [shrink], thresholds: network.thresholds.map { Rational($0) },
        outputWeights: (0..<n).map { weights.row($0).map { Rational($0) } }),
      samples: SampleBlocks(samples), targets: targets)
    #expect(doubles == fractions)
  }

  @Test("Projections beyond all doubles are compared and summed all the same")
  func beyondDoubles() {
    // ⟨a, z⟩ of 2¹⁰²⁴ and 2¹⁰²⁵ and of 2⁻¹⁰⁷⁶: no doubles.
    let samples = Matrix<Double>(
      rows: 3, columns: 2, columnMajor: [0x1p1023, 0x1p1022, 0, 0, 0, 0x1p-1070])
    let network = ReLUInterpolant(
      direction: [4, 0x1p-6], thresholds: [0, 1],
      outputWeights: Matrix(rows: 2, columns: 1, columnMajor: [1, -1]))
    let targets = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 0, 0])
    let certificate = InterpolationCertificate(
      checking: network, samples: SampleBlocks(samples), targets: targets)
    // Values min(x, 1): 1, 1, 2⁻¹⁰⁷⁶.
    #expect(certificate.exactResidual == 1 && certificate.worstSample == 1)
    #expect(certificate.interleaving == Interleaving.none)
    let tiny = InterpolationCertificate(
      checking: network, samples: SampleBlocks(samples.rows([2])),
      targets: targets.rows([2]))
    #expect(tiny.exactResidual == Rational(BigInt(1), over: 1 << 1076))
    #expect(tiny.maxAbsoluteResidual == .leastNonzeroMagnitude)
  }

  @Test("A certificate comes back from JSON as it was", arguments: PropertyCase.all)
  func json(_ property: PropertyCase) throws {
    var stream = property.stream("json")
    let n = min(property.first, 3)
    let (points, thresholds) = randomInterleaving(n, from: &stream)
    let targets = Matrix<Double>(rows: n, columns: 2) { _, _ in
      [0.1, 1, .infinity, stream.normal()][stream.integer(below: 4)]
    }
    let certificate = InterpolationCertificate(
      checking: ReLUInterpolant(
        direction: [1], thresholds: thresholds,
        outputWeights: randomMatrix(rows: n, columns: 2, from: &stream)),
      projections: ExactProjections(points), targets: targets)
    let data = try JSONEncoder().encode(certificate)
    #expect(try JSONDecoder().decode(InterpolationCertificate.self, from: data) == certificate)
    let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object.count == 11)
    #expect((object["exactResidual"] is String) == targets.elements.allSatisfy(\.isFinite))
  }
}
