import Datasets
import ExactArithmetic
import Experiments
import Foundation
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("The study of threshold placements")
struct ThresholdStudyTests {
  private func sample(_ count: Int) -> CorruptedSample {
    smallSplit(count, test: 5).corrupted(by: .randomLabels, seed: 2)
  }

  /// Lemma 1's matrix of the first images, built here from the public parts.
  private func system(
    _ sample: CorruptedSample, _ size: Int, _ fraction: Double
  ) throws -> (matrix: InterleavingMatrix<Double>, targets: [Double]) {
    let samples = sample.train.featureMatrix(.raw, of: Float.self).rows(0..<size)
    let direction = randomDirection(
      dimension: sample.train.dimension, kind: .integer, seed: 0, draw: 0)
    let x = projections(of: samples, along: direction)
    let order = x.indices.sorted { x[$0] < x[$1] }
    let points = order.map { x[$0] }
    let thresholds = try #require(ThresholdPlacement(fraction: fraction).thresholds(for: points))
    return (
      try #require(InterleavingMatrix(points: points, thresholds: thresholds)),
      order.map { Double(sample.train.labels[$0]) }
    )
  }

  @Test("A row for each size and placement, in their order; sizes beyond the sample are left out")
  func rows() throws {
    var fractions: [Double] = []
    let record = try studyThresholds(
      sample(12),
      configuration: ThresholdStudyConfiguration(
        sizes: [1, 5, 12, 13],
        placements: [0.5, 0.01].map { ThresholdPlacement(fraction: $0) }, exactLimit: 5)
    ) { fractions.append($0.fraction) }
    #expect(record.rows.map(\.n) == [1, 1, 5, 5, 12, 12])
    #expect(record.rows.map(\.fraction) == [0.5, 0.01, 0.5, 0.01, 0.5, 0.01])
    #expect(
      record.rows.map { $0.roundedExactResidual != nil } == [true, true, true, true, false, false])
    #expect(record.rows(size: 5) == Array(record.rows[2...3]))
    #expect(record.direction == "integer" && record.sample.samples == 12)
    #expect(fractions == fractions.sorted() && fractions.allSatisfy { 0 <= $0 && $0 < 1 })
    #expect(record.rows.allSatisfy { $0.recurrenceSeconds > 0 && $0.lapackSeconds > 0 })
  }

  @Test("One sample has the one singular value x - b")
  func oneSample() throws {
    let record = try studyThresholds(
      sample(1), configuration: ThresholdStudyConfiguration(sizes: [1]))
    for row in record.rows {
      let value = try #require(row.smallestSingularValue)
      // Two quotients, one over the other's result.
      #expect(
        abs(value - row.smallestEigenvalue)
          <= Tolerance.singularValues.bound(Double.self, size: 1, scale: row.smallestEigenvalue))
      let condition = try #require(row.conditionNumber)
      #expect(abs(condition - 1) <= Tolerance.singularValues.bound(Double.self, size: 1, scale: 1))
    }
  }

  @Test("Two samples: σ₁ σ₂ is the determinant, whatever the condition", arguments: 0..<20)
  func twoSamples(seed: UInt64) throws {
    let sample = smallSplit(2, test: 5, seed: seed).corrupted(by: .randomLabels, seed: seed)
    let record = try studyThresholds(sample, configuration: ThresholdStudyConfiguration(sizes: [2]))
    for row in record.rows {
      let (matrix, _) = try system(sample, 2, row.fraction)
      let smallest = try #require(row.smallestSingularValue)
      let product = smallest * smallest * (try #require(row.conditionNumber))
      #expect(
        abs(product - matrix.determinant)
          <= Tolerance.singularValues.bound(Double.self, size: 4, scale: matrix.determinant))
    }
  }

  @Test("Singular values are LAPACK's where those are precise")
  func singularValues() throws {
    let sample = sample(40)
    let record = try studyThresholds(
      sample, configuration: ThresholdStudyConfiguration(sizes: [5, 40], exactLimit: 0))
    var compared = 0
    for row in record.rows {
      let (matrix, _) = try system(sample, row.n, row.fraction)
      let values = try matrix.dense().matrix.singularValues()
      let largest = try #require(values.first)
      let expected = try #require(values.last)
      let error = Tolerance.singularValues.bound(Double.self, size: row.n, scale: largest)
      guard error < expected / 10 else { continue }
      compared += 1
      #expect(abs(try #require(row.smallestSingularValue) - expected) <= 2 * error)
      #expect(row.smallestEigenvalue == matrix.smallestEigenvalue)
    }
    #expect(compared >= 8)
  }

  @Test("Beyond 1/ε the smallest singular value still bounds each solution from above")
  func illConditioned() throws {
    let sample = sample(30)
    let record = try studyThresholds(
      sample,
      configuration: ThresholdStudyConfiguration(
        sizes: [30], placements: [ThresholdPlacement(fraction: 0.9)]))
    let row = try #require(record.rows.first)
    #expect(try #require(row.conditionNumber) > 1e20)
    // σ_n ≤ ‖y‖ / ‖w‖ for each w with A w = y. The columns of the inverse have alternating signs, so
    // that for alternating y nothing cancels: ‖w‖ is at least the inverse's Frobenius norm, 1/σ_n.
    let (matrix, targets) = try system(sample, 30, 0.9)
    let smallest = try #require(row.smallestSingularValue)
    let alternating = targets.indices.map { $0.isMultiple(of: 2) ? 1.0 : -1 }
    let slack = Tolerance.singularValues.bound(Double.self, size: 30, scale: 1)
    for y in [targets, alternating] {
      let exact = try #require(
        InterleavingMatrix(
          points: matrix.points.map { Rational($0) },
          thresholds: matrix.thresholds.map { Rational($0) }))
      let w = exact.solveByRecurrence(y.map { Rational($0) }).map(\.nearestDouble)
      #expect(smallest <= (1 + slack) * euclideanNorm(y) / euclideanNorm(w))
      if y == alternating { #expect(smallest * euclideanNorm(w) >= 1 - slack) }
    }
  }

  @Test("Residuals are those of the exact network, each of its own weights")
  func residuals() throws {
    let sample = sample(25)
    let record = try studyThresholds(
      sample, configuration: ThresholdStudyConfiguration(sizes: [25]))
    for row in record.rows {
      let (matrix, targets) = try system(sample, 25, row.fraction)
      func residual(_ weights: [Double]) -> Rational {
        zip(matrix.points, targets).map { x, y in
          (exactOutput(at: x, thresholds: matrix.thresholds, weights: weights) - Rational(y))
            .magnitude
        }.max() ?? 0
      }
      let compensated = matrix.solve(targets)
      #expect(residual(compensated).isRoundedUp(to: try #require(row.recurrenceResidual)))
      let plain = matrix.solveByRecurrence(targets)
      #expect(residual(plain).isRoundedUp(to: try #require(row.plainResidual)))
      #expect(row.maxAbsoluteWeight == compensated.map(abs).max())
      let right = Matrix(rows: 25, columns: 1, columnMajor: targets)
      let lapack = try matrix.dense().solve(right)
      #expect(residual(lapack.values.elements).isRoundedUp(to: try #require(row.lapackResidual)))
      #expect(row.testRatio == lapack.evidence.testRatio)
      // Each weight of the exact solution is within half a unit in the last place.
      let slack = matrix.points.last.map { last in
        zip(compensated, matrix.thresholds).reduce(0) { $0 + abs($1.0) * (last - $1.1) }
      }
      #expect(
        try #require(row.roundedExactResidual)
          <= 2 * Double.roundingUnit * (try #require(slack)))
    }
  }

  @Test("Numbers beyond the largest double are null in the record, not missing")
  func overflow() throws {
    let record = try studyThresholds(
      sample(350),
      configuration: ThresholdStudyConfiguration(
        sizes: [350], placements: [ThresholdPlacement(fraction: 0.9)]))
    let row = try #require(record.rows.first)
    #expect(row.recurrenceResidual == nil && row.conditionNumber == nil)
    #expect(row.smallestEigenvalue > 0)
    let text = String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
    #expect(text.contains("\"conditionNumber\":null"))
    let back = try JSONDecoder().decode(ThresholdStudyRecord.self, from: Data(text.utf8))
    #expect(back == record)
  }

  @Test("Equal images with unequal labels are refused by name")
  func conflict() {
    let sample = tinySplit(
      train: [([0, 1], 0), ([5, 5], 1), ([0, 1], 2)], test: [([0, 0], 0)]
    ).corrupted(by: .none, seed: 0)
    #expect(
      throws: ExperimentError.interpolation(.conflictingDuplicates(first: 0, second: 2))
    ) {
      try studyThresholds(sample, configuration: ThresholdStudyConfiguration(sizes: [3]))
    }
  }

  @Test("A sample size of 0 stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = ThresholdStudyConfiguration(sizes: [0]) }
  }
}
