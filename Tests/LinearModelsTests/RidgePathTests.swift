import LinearAlgebra
import LinearModels
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("One decomposition gives the ridge solutions of every λ, with their errors")
struct RidgePathTests {
  private let ridges = [0, 1e-8, 0.125, 1, 8]

  /// Problems with rows, columns, targets and rank 1 at least.
  private func problem(_ property: PropertyCase) throws -> KnownLinearProblem? {
    let problem = try KnownLinearProblem(property)
    let isEmpty = problem.targets.columns == 0 || problem.features.values.isEmpty
    return isEmpty ? nil : problem
  }

  @Test(
    "Known singular values give weights, norms, residuals and degrees of freedom",
    arguments: PropertyCase.all)
  func closedForms(_ property: PropertyCase) throws {
    guard let problem = try problem(property) else { return }
    let (features, targets) = (problem.features.matrix, problem.targets)
    for decomposition in [RidgeDecomposition.singularValues, .gramEigenvalues] {
      let path = try RidgePath(
        features, targets: targets, ridges: ridges, decomposition: decomposition)
      #expect(path.decomposition == decomposition)
      #expect(path.rank == problem.features.values.count)
      #expect(path.testRatio <= Tolerance.symmetricEigenvalues.constant)
      let condition = problem.largest / problem.smallest
      // The eigenvalues' way squares X once more.
      let factor = decomposition == .singularValues ? condition : condition * condition
      let bound = Tolerance.symmetricEigenvalues.bound(
        Double.self, size: problem.size,
        scale: factor * targets.frobeniusNorm / problem.smallest)
      for point in path.points {
        let known = problem.filtered { $0 / ($0 * $0 + point.ridge) }
        let weights = path.weights(ridge: point.ridge)
        #expect(distance(weights, known) <= bound)
        #expect(abs(point.norm - known.frobeniusNorm) <= bound)
        let freedom = problem.features.values.reduce(0) { $0 + $1 * $1 / ($1 * $1 + point.ridge) }
        #expect(
          abs(point.effectiveDegreesOfFreedom - freedom)
            <= Tolerance.symmetricEigenvalues.bound(
              Double.self, size: problem.size, scale: freedom * condition * condition))
        let residual = targets - features * known
        for (j, square) in point.squaredResiduals.enumerated() {
          let norm = residual.columns(j..<j + 1).frobeniusNorm
          #expect(abs(square.squareRoot() - norm) <= 2 * problem.largest * bound)
        }
        #expect(
          distance(weights, path.weights(ridge: 0))
            <= path.distanceToMinimumNormBound(ridge: point.ridge) + bound)
      }
    }
  }

  @Test(
    "Leaving each sample out and fitting anew gives the same error", arguments: PropertyCase.all)
  func leaveOneOut(_ property: PropertyCase) throws {
    guard property.first <= 10, let problem = try problem(property) else { return }
    let (features, targets) = (problem.features.matrix, problem.targets)
    let n = features.rows
    let ridges = [0.125, 1, 8]
    for decomposition in [RidgeDecomposition.singularValues, .gramEigenvalues] {
      let path = try RidgePath(
        features, targets: targets, ridges: ridges, decomposition: decomposition)
      for point in path.points {
        var sums = [Double](repeating: 0, count: targets.columns)
        for i in 0..<n {
          let others = (0..<n).filter { $0 != i }
          let fit = try ridgeFit(
            features.rows(others), targets: targets.rows(others), ridge: point.ridge)
          let error = targets.rows([i]) - features.rows([i]) * fit.weights
          for j in sums.indices { sums[j] += error[0, j] * error[0, j] }
        }
        // 1 - hᵢ ≥ λ/(σ₁² + λ) divides the rounding of the residual.
        let gain = (problem.largest * problem.largest + point.ridge) / point.ridge
        let condition = problem.largest / problem.smallest
        let scale = gain * gain * condition * condition * (1 + targets.frobeniusNorm)
        let bound = Tolerance.symmetricEigenvalues.bound(
          Double.self, size: problem.size, scale: scale * scale)
        for (sum, found) in zip(sums, point.leaveOneOutErrors) {
          #expect(abs(sum / Double(n) - found) <= bound)
        }
      }
    }
  }

  @Test(
    "At λ = 0 of independent samples or features the limit is that of least norm",
    arguments: PropertyCase.all)
  func limits(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property, fullRank: true)
    let (features, targets) = (problem.features.matrix, problem.targets)
    let n = features.rows
    guard n >= 2, n <= 10, features.columns > 0, targets.columns > 0 else { return }
    let path = try RidgePath(features, targets: targets, ridges: [0])
    let found = path.points[0]
    // K = X Xᵀ for independent samples: residuals left out are (K⁻¹ Y)ᵢ / (K⁻¹)ᵢᵢ.
    guard n <= features.columns else { return }
    let left = problem.features.left
    let inverse = scalingColumns(of: left, by: problem.features.values.map { 1 / ($0 * $0) })
      .times(left, transposingOther: true)
    let dual = inverse * targets
    let trace = (0..<n).reduce(0) { $0 + inverse[$1, $1] }
    let condition = problem.largest / problem.smallest
    for j in 0..<targets.columns {
      let known =
        (0..<n).reduce(0) { $0 + (dual[$1, j] / inverse[$1, $1]) * (dual[$1, j] / inverse[$1, $1]) }
        / Double(n)
      let square = dual.columns(j..<j + 1).frobeniusNorm
      let crossValidation = Double(n) * square * square / (trace * trace)
      let scale = condition * condition * condition * condition
      let bound = Tolerance.symmetricEigenvalues.bound(
        Double.self, size: problem.size * n,
        scale: scale * (1 + targets.frobeniusNorm * targets.frobeniusNorm))
      #expect(abs(found.leaveOneOutErrors[j] - known) <= bound)
      #expect(abs(found.generalizedCrossValidationErrors[j] - crossValidation) <= bound)
      #expect(found.squaredResiduals[j] == 0)
    }
  }

  @Test(
    "Eigenvalues lose the square of the condition, no more, in every error",
    arguments: [1e2, 1e4, 1e6])
  func eigenvaluesOfIllConditioned(_ condition: Double) throws {
    var stream = RandomStream(seed: UInt64(condition), purpose: "eigenvalues")
    let known = try KnownSingularValues(
      rows: 60, columns: 8, values: geometricSpectrum(count: 8, condition: condition), from: &stream
    )
    let targets: Matrix<Double> = randomMatrix(rows: 60, columns: 2, from: &stream)
    let ridges = [0, 1e-6, 1]
    let exact = try RidgePath(known.matrix, targets: targets, ridges: ridges)
    let path = try RidgePath(
      known.matrix, targets: targets, ridges: ridges, decomposition: .gramEigenvalues)
    #expect(exact.decomposition == .singularValues && path.rank == 8)
    let bound = Tolerance.arithmetic.bound(
      Double.self, size: 60,
      scale: condition * condition * targets.frobeniusNorm * targets.frobeniusNorm)
    for (point, exact) in zip(path.points, exact.points) {
      for j in 0..<2 {
        #expect(abs(point.squaredResiduals[j] - exact.squaredResiduals[j]) <= bound)
        #expect(abs(point.leaveOneOutErrors[j] - exact.leaveOneOutErrors[j]) <= bound)
        #expect(
          abs(
            point.generalizedCrossValidationErrors[j] - exact.generalizedCrossValidationErrors[j])
            <= bound)
      }
    }
    let weighted = known.matrix * (path.weights(ridge: 0) - exact.weights(ridge: 0))
    #expect(weighted.frobeniusNorm <= bound)
  }

  @Test(
    "At λ = 0 the error in each singular direction is ε ‖X‖ ‖W‖ / σ, up to a condition of 10¹⁴",
    arguments: PropertyCase.all, [1e6, 1e14])
  func illConditioned(_ property: PropertyCase, _ condition: Double) throws {
    guard min(property.first, property.second, property.third) > 0 else { return }
    let rank = min(property.first, property.second)
    let problem = try KnownLinearProblem(
      solvable: property, rank: rank, condition: rank == 1 ? 1 : condition)
    let known = try #require(problem.solution)
    let path = try RidgePath(
      problem.features.matrix, targets: problem.targets, ridges: [0], relativeCutOff: 0)
    #expect(path.rank == rank && path.relativeCutOff == 0)
    let weights = path.weights(ridge: 0)
    let bound = Tolerance.singularValues.bound(
      Double.self, size: problem.size, scale: weights.frobeniusNorm + known.frobeniusNorm)
    #expect((problem.features.matrix * (weights - known)).frobeniusNorm <= bound)
  }

  @Test("Floats give what doubles give, to their rounding", arguments: PropertyCase.all)
  func floats(_ property: PropertyCase) throws {
    guard let problem = try problem(property) else { return }
    let targets = problem.targets
    let path = try RidgePath(
      problem.features.matrix.converted(to: Float.self),
      targets: targets.converted(to: Float.self), ridges: [0, 1])
    #expect(path.rank == problem.features.values.count)
    let condition = problem.largest / problem.smallest
    for ridge in [0.0, 1] {
      #expect(
        distance(path.weights(ridge: ridge), problem.filtered { $0 / ($0 * $0 + ridge) })
          <= Tolerance.symmetricEigenvalues.bound(
            Float.self, size: problem.size,
            scale: condition * targets.frobeniusNorm / problem.smallest))
    }
  }

  @Test("Long samples of few features are decomposed by eigenvalues, others not")
  func choice() throws {
    func preferred(_ rows: Int, _ columns: Int) -> RidgeDecomposition {
      .preferred(rows: rows, columns: columns)
    }
    #expect(preferred(1 << 18, 16) == .gramEigenvalues)
    #expect(preferred((1 << 18) - 1, 16) == .singularValues)
    #expect(preferred(4096, 1024) == .gramEigenvalues)
    #expect(preferred(4096, 1025) == .singularValues)
    #expect(preferred(63, 16) == .singularValues)
    var stream = RandomStream(seed: 1, purpose: "choice")
    let features: Matrix<Float> = randomMatrix(
      rows: 1 << 18, columns: 16, of: Float.self, from: &stream)
    let path = try RidgePath(features, targets: features.columns(0..<1), ridges: [])
    #expect(path.decomposition == .gramEigenvalues)
  }

  @Test("A worked example: two samples of one feature")
  func example() throws {
    // x = (1, 1), y = (1, 3): w = 4/(2 + λ), leverage 1/(2 + λ).
    let features = Matrix<Double>(rows: 2, columns: 1, repeating: 1)
    let targets = Matrix<Double>(rows: 2, columns: 1, columnMajor: [1, 3])
    let path = try RidgePath(features, targets: targets, ridges: [0, 2])
    let bound = Tolerance.symmetricEigenvalues.bound(Double.self, size: 2, scale: 16)
    let known: [(freedom: Double, residual: Double, leftOut: Double, crossValidation: Double)] = [
      // λ = 0: w = 2, e = (-1, 1), h = 1/2; λ = 2: w = 1, e = (0, 2), h = 1/4.
      (1, 2, 4, 4), (0.5, 4, 32.0 / 9, 2 * 4 / 2.25),
    ]
    for (point, known) in zip(path.points, known) {
      #expect(abs(point.effectiveDegreesOfFreedom - known.freedom) <= bound)
      #expect(abs(point.squaredResiduals[0] - known.residual) <= bound)
      #expect(abs(point.leaveOneOutErrors[0] - known.leftOut) <= bound)
      #expect(abs(point.generalizedCrossValidationErrors[0] - known.crossValidation) <= bound)
    }
  }

  @Test("Ridges may be chosen by the singular values, such as at equal ratios over their squares")
  func chosenRidges() throws {
    for seed in 0..<200 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "chosen ridges")
      let (n, d) = (1 + seed % 6, 1 + seed / 6 % 6)
      let features = randomMatrix(rows: n, columns: d, from: &stream)
      let targets = randomMatrix(rows: n, columns: 2, from: &stream)
      let count = 1 + seed % 5
      let path = try RidgePath(features, targets: targets) {
        logarithmicRidges($0, count: count)
      }
      let ridges = path.points.map(\.ridge)
      let (first, last) = (path.singularValues[0], path.singularValues[path.rank - 1])
      let rounding = Tolerance.arithmetic.bound(Double.self, size: 40, scale: 1)
      #expect(ridges.count == count && abs(ridges[0] / (first * first) - 1) <= rounding)
      if count > 1 {
        #expect(abs(ridges[count - 1] / (last * last) - 1) <= rounding)
        let ratio = last / first
        for (ridge, next) in zip(ridges, ridges.dropFirst()) {
          let known = Double.pow(ratio * ratio, 1 / Double(count - 1))
          #expect(abs(next / ridge - known) <= rounding)
        }
      }
      let listed = try RidgePath(features, targets: targets, ridges: ridges)
      #expect(path.points == listed.points)
    }
    let one = Matrix<Double>.identity(1)
    #expect(throws: LinearModelError.self) {
      try RidgePath(one, targets: one) { _ in [1, .nan] }
    }
  }

  @Test("What cannot be fitted is named")
  func errors() {
    let features = Matrix<Double>.identity(2)
    let targets = Matrix<Double>(rows: 2, columns: 1, repeating: 1)
    for decomposition in [RidgeDecomposition.singularValues, .gramEigenvalues] {
      expectSampleErrors {
        try RidgePath($0, targets: $1, ridges: [1], decomposition: decomposition)
          .weights(ridge: 1)
      }
      #expect(throws: LinearModelError.rankZero) {
        try RidgePath(
          Matrix(rows: 2, columns: 3), targets: targets, ridges: [1], decomposition: decomposition)
      }
    }
    for bad in [-1, .infinity] {
      #expect(throws: LinearModelError.ridgeOutOfRange(index: 1, value: bad)) {
        try RidgePath(features, targets: targets, ridges: [1, bad])
      }
    }
    #expect(
      throws: LinearModelError.fractionOutOfRange(name: "the relative cut-off", value: 2)
    ) { try RidgePath(features, targets: targets, ridges: [1], relativeCutOff: 2) }
  }
}
