import LinearAlgebra
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("Conjugate gradients over blocks of rows end at the solution of least norm")
struct StreamedLinearFitTests {
  @Test(
    "Known singular values of any rank: the error is at most ‖Xᵀr‖/σ², in blocks of any size",
    arguments: PropertyCase.all)
  func knownSingularValues(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    guard problem.targets.columns > 0, !problem.features.values.isEmpty else { return }
    let blockRows = 1 + property.seed % 7
    try check(problem, blockRows: blockRows, Double.self)
    try check(problem, blockRows: blockRows, Float.self)
  }

  private func check<Scalar: LinearAlgebraScalar>(
    _ problem: KnownLinearProblem, blockRows: Int, _ type: Scalar.Type
  ) throws {
    let features = problem.features.matrix.converted(to: type)
    let targets = problem.targets.converted(to: type)
    let fit = try streamedMinimumNormFit(
      RowBlocks(features, targets: targets, blockRows: blockRows))
    #expect(fit.isConverged)
    let known = problem.minimumNorm
    let residual = problem.targets - problem.features.matrix * known
    // Rounding of r, of Xᵀr and of the X that was drawn.
    let scale = problem.largest * (problem.targets.frobeniusNorm + problem.largest * fit.norm)
    let rounding = Tolerance.linearSystem.bound(type, size: problem.size, scale: scale)
    let least = problem.smallest * problem.smallest
    var largestGradient = 0.0
    for (j, target) in fit.targets.enumerated() {
      let error = distance(fit.weights.columns(j..<j + 1), known.columns(j..<j + 1))
      #expect(error <= (target.gradientNorm + rounding) / least)
      #expect(
        abs(target.residualNorm - residual.columns(j..<j + 1).frobeniusNorm)
          <= problem.largest * (target.gradientNorm + rounding) / least)
      largestGradient = max(largestGradient, target.gradientNorm)
    }
    // The rules let ‖r‖ reach τ (‖y‖ + ‖X‖ ‖w‖) or ‖Xᵀr‖ reach τ ‖X‖ ‖r‖; ‖X‖ ≤ √r σ₁.
    let tolerance = Double(problem.size) * Double(Scalar.ulpOfOne)
    let rank = Double(problem.features.values.count)
    #expect(largestGradient <= rank * tolerance * scale + rounding)
    let weights = fit.weights.converted(to: Double.self)
    let largest = (problem.targets - problem.features.matrix * weights).largestAbsoluteEntry
    #expect(abs(fit.maxAbsoluteResidual - largest) <= rounding / problem.largest)
    #expect(fit.passes == 2 + (fit.targets.map(\.iterations).max() ?? 0))
    let gradient = features.times(targets - features * fit.weights, transposingSelf: true)
    let ratio =
      Double(gradient.oneNorm)
      / (Double(features.oneNorm) * Double(targets.oneNorm) * Double(problem.size)
        * Double(Scalar.roundingUnit))
    // Blocks change the order of summation and with it the rounding of r.
    #expect(
      abs(fit.testRatio - ratio) <= 2 * (rounding + ratio * .ulpOfOne)
        / (Double(features.oneNorm) * Double(targets.oneNorm) * Double(problem.size)
          * Double(Scalar.roundingUnit)))
  }

  @Test(
    "Up to a condition of 10¹⁴ the targets are met to rounding",
    arguments: PropertyCase.all, [1e6, 1e10, 1e14])
  func illConditioned(_ property: PropertyCase, _ condition: Double) throws {
    guard min(property.first, property.second, property.third) > 0 else { return }
    let rank = min(property.first, property.second)
    let problem = try KnownLinearProblem(
      solvable: property, rank: rank, condition: rank == 1 ? 1 : condition)
    let known = try #require(problem.solution)
    let features = problem.features.matrix
    let fit = try streamedMinimumNormFit(
      RowBlocks(features, targets: problem.targets),
      limits: IterationLimits(reorthogonalizes: true))
    #expect(fit.isConverged)
    let scale = problem.targets.frobeniusNorm + features.frobeniusNorm * fit.norm
    let bound = Tolerance.linearSystem.bound(Double.self, size: problem.size, scale: scale)
    #expect((features * (fit.weights - known)).frobeniusNorm <= bound)
    #expect(fit.norm <= known.frobeniusNorm + bound / problem.smallest)
    #expect(fit.targets.allSatisfy { $0.iterations <= 2 * rank + 2 })
  }

  @Test("As many steps as different singular values, in exact arithmetic and nearly so")
  func stepsOfFewSingularValues() throws {
    var stream = RandomStream(seed: 5, purpose: "few singular values")
    let values = [Double](repeating: 4, count: 20) + [Double](repeating: 1, count: 20)
    let known = try KnownSingularValues(rows: 50, columns: 60, values: values, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: 50, columns: 3, from: &stream)
    let fit = try streamedMinimumNormFit(RowBlocks(known.matrix, targets: targets))
    #expect(fit.targets.allSatisfy { $0.iterations == 2 && $0.stop == .gradient })
    #expect(fit.passes == 4)
    // Two different singular values: the search space's condition is between 1 and ‖X‖ ‖X⁺‖.
    let norms = (20 * 16.0 + 20).squareRoot() * (20 / 16.0 + 20).squareRoot()
    #expect(fit.targets.allSatisfy { $0.conditionEstimate > 1 && $0.conditionEstimate <= norms })
  }

  @Test("Rows that are made when asked for need never be together")
  func generatedRows() throws {
    @Sendable func entry(_ i: Int, _ j: Int) -> Double {
      var stream = RandomStream(seed: 7, purpose: "row", indices: i, j)
      return stream.normal()
    }
    let generated = RowBlocks<Double, Never>(
      rows: 500, columns: 6, targetCount: 2, blockRows: 64
    ) { rows in
      precondition(rows.count <= 64 && rows.lowerBound % 64 == 0, "one block")
      return RowBlock(
        features: Matrix(rows: rows.count, columns: 6) { entry(rows.lowerBound + $0, $1) },
        targets: Matrix(rows: rows.count, columns: 2) { entry(rows.lowerBound + $0, 6 + $1) })
    }
    let features = Matrix<Double>(rows: 500, columns: 6, entry: entry)
    let targets = Matrix<Double>(rows: 500, columns: 2) { entry($0, 6 + $1) }
    let fit = try streamedMinimumNormFit(generated)
    let known = try minimumNormFit(features, targets: targets)
    let least = try #require(try features.singularValues().last)
    let rounding = Tolerance.linearSystem.bound(
      Double.self, size: 500, scale: features.frobeniusNorm * targets.frobeniusNorm)
    let gradient = fit.targets.reduce(0) { $0 + $1.gradientNorm }
    #expect(distance(fit.weights, known.weights) <= (gradient + rounding) / (least * least))
  }

  @Test("Limits stop the iteration and say so")
  func limits() throws {
    var stream = RandomStream(seed: 6, purpose: "limits")
    let values = geometricSpectrum(count: 10, condition: 1e6)
    let known = try KnownSingularValues(rows: 30, columns: 10, values: values, from: &stream)
    var targets: Matrix<Double> = randomMatrix(rows: 30, columns: 2, from: &stream)
    for i in 0..<30 { targets[i, 1] = 0 }
    let samples = try RowBlocks(known.matrix, targets: targets)
    let short = try streamedMinimumNormFit(samples, limits: IterationLimits(iterations: 2))
    #expect(short.targets.map(\.stop) == [.iterationLimit, .zeroSolution])
    #expect(short.targets.map(\.iterations) == [2, 0])
    #expect(!short.isConverged)
    let careful = try streamedMinimumNormFit(samples, limits: IterationLimits(condition: 100))
    #expect(careful.targets[0].stop == .conditionLimit)
    #expect(careful.targets[0].conditionEstimate >= 100)
    #expect(!careful.isConverged)
    let loose = try streamedMinimumNormFit(
      samples, limits: IterationLimits(relativeTolerance: 0.1))
    #expect(loose.isConverged && loose.targets[0].iterations < 10)
    let none = try streamedMinimumNormFit(samples, limits: IterationLimits(iterations: 0))
    #expect(none.weights == Matrix(rows: 10, columns: 2))
    #expect(
      abs(none.targets[0].residualNorm - targets.frobeniusNorm)
        <= Tolerance.arithmetic.bound(Double.self, size: 30, scale: targets.frobeniusNorm))
  }

  private struct ReadError: Error, Equatable {}

  @Test("What cannot be read or fitted is named")
  func errors() throws {
    expectSampleErrors { features, targets in
      do throws(StreamedFitError<Never>) {
        let samples: RowBlocks<Double, Never>
        do throws(LinearModelError) {
          samples = try RowBlocks(features, targets: targets, blockRows: 2)
        } catch { throw .model(error) }
        return try streamedMinimumNormFit(samples).weights
      } catch {
        switch error {
        case .model(let error): throw error
        case .reading: return Matrix(rows: 0, columns: 0)
        }
      }
    }
    let unreadable = RowBlocks<Double, ReadError>(
      rows: 4, columns: 2, targetCount: 1, blockRows: 2
    ) { rows throws(ReadError) in
      if rows.lowerBound > 0 { throw ReadError() }
      return RowBlock(
        features: Matrix(rows: 2, columns: 2, repeating: 1), targets: Matrix(rows: 2, columns: 1))
    }
    #expect(throws: StreamedFitError<ReadError>.reading(rows: 2..<4, ReadError())) {
      try streamedMinimumNormFit(unreadable)
    }
    #expect(
      StreamedFitError<ReadError>.reading(rows: 2..<4, ReadError()).description
        == "rows 2 to 3 could not be read: ReadError()")
    let short = RowBlocks<Double, Never>(rows: 4, columns: 2, targetCount: 1, blockRows: 2) { _ in
      RowBlock(
        features: Matrix(rows: 2, columns: 2, repeating: 1), targets: Matrix(rows: 1, columns: 1))
    }
    #expect(
      throws: StreamedFitError<Never>.model(
        .blockShape(firstRow: 0, found: "1 x 1 for the targets", expected: "2 x 1"))
    ) { try streamedMinimumNormFit(short) }
    let samples = try RowBlocks(
      Matrix<Double>(rows: 4, columns: 2), targets: Matrix(rows: 4, columns: 1, repeating: 1))
    #expect(throws: StreamedFitError<Never>.model(.rankZero)) {
      try streamedMinimumNormFit(samples)
    }
    #expect(
      throws: StreamedFitError<Never>.model(
        .fractionOutOfRange(name: "the relative tolerance", value: 1))
    ) { try streamedMinimumNormFit(samples, limits: IterationLimits(relativeTolerance: 1)) }
  }
}
