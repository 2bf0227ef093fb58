import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

/// Different points of a line, at which a Gaussian kernel with γ = 1 has a Gram matrix with
/// eigenvalues between 0.3 and 1.8.
func linePoints(_ count: Int, from stream: inout RandomStream) -> Matrix<Double> {
  let order = stream.permutation(of: count)
  return Matrix(rows: count, columns: 2) { i, j in j == 0 ? Double(order[i]) : 0 }
}

@Suite("Conjugate gradients solve a kernel regression whose Gram matrix is not factored")
struct KernelConjugateGradientsTests {
  private let kernel = GaussianKernel(gamma: 1)

  @Test("They agree with the exact solution within the bound", arguments: PropertyCase.all)
  func exact(_ property: PropertyCase) throws {
    guard property.first > 0 else { return }
    var stream = property.stream("conjugate gradients")
    let (n, k) = (property.first, min(property.third, 5))
    let samples = linePoints(n, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: k, from: &stream)
    let ridge = property.second % 2 == 0 ? 0 : 0.5
    let exact = try KernelRegression(kernel: kernel, samples: samples, ridge: ridge).fit(targets)
    for keepsGramMatrix in [true, false] {
      let fit = try iterativeKernelFit(
        kernel, samples: samples, targets: targets, ridge: ridge,
        configuration: IterativeKernelConfiguration(
          preconditionerRank: property.second, keepsGramMatrix: keepsGramMatrix, tolerance: 1e-10,
          seed: UInt64(property.seed)))
      #expect(fit.stop == .tolerance && fit.relativeResidual <= 1e-10)
      #expect(fit.iterations == fit.history.count && fit.preconditionerRank <= property.second)
      let residual = fit.relativeResidual * targets.frobeniusNorm
      let rounding = Tolerance.linearSystem.bound(
        Double.self, size: n, scale: 6 * exact.dualCoefficients.frobeniusNorm)
      // 0.3 is below the least eigenvalue.
      #expect(
        distance(fit.function.dualCoefficients, exact.dualCoefficients)
          <= residual / (0.3 + ridge) + rounding)
      let inputs: Matrix<Double> = randomMatrix(rows: 3, columns: 2, from: &stream)
      // |f(z)| ≤ ‖f‖ √k(z, z) for each of the inputs.
      #expect(
        distance(fit.function.values(at: inputs), exact.predict(inputs))
          <= 3 * residual / (0.3 + ridge).squareRoot() + rounding)
      #expect(abs(fit.rkhsNorm - exact.rkhsNorm) <= residual / 0.3.squareRoot() + rounding)
      #expect(distance(fit.fittedValues, exact.fittedValues) <= 2 * residual + rounding)
    }
  }

  @Test("A preconditioner saves iterations where eigenvalues fall fast")
  func preconditioned() throws {
    var stream = RandomStream(seed: 3, purpose: "fast decay")
    let n = 300
    let samples = Matrix<Double>(rows: n, columns: 2) { _, _ in stream.normal() }
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    func iterations(rank: Int) throws -> Int {
      let fit = try iterativeKernelFit(
        kernel, samples: samples, targets: targets, ridge: 1e-3,
        configuration: IterativeKernelConfiguration(
          preconditionerRank: rank, tolerance: 1e-6, maximalIterations: 2000, seed: 1))
      #expect(fit.stop == .tolerance)
      return fit.iterations
    }
    #expect(try iterations(rank: 150) * 4 < iterations(rank: 0))
  }

  @Test("A limit and a validation sample end it, and say so")
  func stops() throws {
    var stream = RandomStream(seed: 4, purpose: "stops")
    let samples = Matrix<Double>(rows: 200, columns: 2) { _, _ in stream.normal() }
    let labels = (0..<200).map { samples[$0, 0] > 0 ? 1 : 0 }
    let targets = Matrix<Double>(rows: 200, columns: 2) { labels[$0] == $1 ? 1 : 0 }
    let few = try iterativeKernelFit(
      kernel, samples: samples, targets: targets,
      configuration: IterativeKernelConfiguration(
        preconditionerRank: 0, tolerance: 1e-12, maximalIterations: 3))
    #expect(few.stop == .iterationLimit && few.iterations == 3)
    let other = Matrix<Double>(rows: 100, columns: 2) { _, _ in stream.normal() }
    let validation = KernelValidation(
      inputs: other,
      targets: Matrix(rows: 100, columns: 2) { (other[$0, 0] > 0 ? 1 : 0) == $1 ? 1 : 0 },
      interval: 2, patience: 2)
    let fit = try iterativeKernelFit(
      kernel, samples: samples, targets: targets,
      configuration: IterativeKernelConfiguration(preconditionerRank: 0, tolerance: 0),
      validation: validation)
    #expect(fit.stop == .validation)
    let losses = fit.history.compactMap(\.validationLoss)
    #expect(losses.count == fit.iterations / 2)
    let least = try #require(losses.min())
    #expect(losses.suffix(2).allSatisfy { $0 >= 0.999 * (losses.dropLast(2).min() ?? 0) })
    // The best coefficients are returned, not the last.
    let returned = (fit.function.values(at: other) - validation.targets).frobeniusNorm
    #expect(abs(returned * returned / 100 - least) <= 1e-4 * least)
    #expect(least < losses[losses.count - 1])
  }

  @Test("Equal and zero targets share directions that are one, and all are met")
  func dependentTargets() throws {
    var stream = RandomStream(seed: 5, purpose: "dependent targets")
    let samples = linePoints(40, from: &stream)
    let one: Matrix<Double> = randomMatrix(rows: 40, columns: 1, from: &stream)
    let targets = Matrix<Double>(rows: 40, columns: 4) { i, j in [1, 1, 0, -2][j] * one[i, 0] }
    let alone = try iterativeKernelFit(
      kernel, samples: samples, targets: one,
      configuration: IterativeKernelConfiguration(preconditionerRank: 0, tolerance: 1e-4))
    let fit = try iterativeKernelFit(
      kernel, samples: samples, targets: targets,
      configuration: IterativeKernelConfiguration(preconditionerRank: 0, tolerance: 1e-4))
    #expect(fit.stop == .tolerance && fit.relativeResidual <= 1e-4)
    #expect(abs(fit.iterations - alone.iterations) <= 1)
  }

  @Test("A sample of rows estimates the residual that all rows have, and none is the iteration's")
  func checks() throws {
    var stream = RandomStream(seed: 6, purpose: "residual checks")
    let samples = linePoints(2500, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: 2500, columns: 2, from: &stream)
    func fit(_ check: ResidualCheck) throws -> IterativeKernelFit<GaussianKernel> {
      try iterativeKernelFit(
        kernel, samples: samples, targets: targets, ridge: 0.1,
        configuration: IterativeKernelConfiguration(
          preconditionerRank: 8, tolerance: 1e-3, residualCheck: check))
    }
    let (full, sample, none) = (try fit(.full), try fit(.sample), try fit(.none))
    #expect(full.residualRows == 2500 && sample.residualRows == 2000 && none.residualRows == 0)
    #expect(full.function.dualCoefficients == sample.function.dualCoefficients)
    #expect(abs(none.relativeResidual - full.relativeResidual) <= 1e-5)
    // Five standard deviations of the norm of 2,000 rows of 2,500, whose squares vary by a factor of
    // about 3: 5 √(3 (1 - 2000 / 2500) / 2000) / 2. All rows but for their share would be 0.106 less.
    #expect(abs(sample.relativeResidual / full.relativeResidual - 1) <= 0.044)
    #expect(sample.maxAbsoluteResidual <= full.maxAbsoluteResidual + 1e-12)
    #expect(sample.relativeResidual != full.relativeResidual)
  }

  @Test("Targets of other samples, no samples, and a ridge out of range are refused")
  func misuse() {
    let one = Matrix<Double>(rows: 1, columns: 1)
    #expect(throws: KernelError.noSamples) {
      try iterativeKernelFit(kernel, samples: Matrix(rows: 0, columns: 1), targets: one)
    }
    #expect(throws: KernelError.rowsDisagree(samples: 1, targets: 2)) {
      try iterativeKernelFit(kernel, samples: one, targets: Matrix(rows: 2, columns: 1))
    }
    #expect(throws: KernelError.ridgeOutOfRange(-.infinity)) {
      try iterativeKernelFit(kernel, samples: one, targets: one, ridge: -.infinity)
    }
  }
}

@Suite("Randomly pivoted Cholesky")
struct RandomlyPivotedCholeskyTests {
  @Test("F Fᵀ and the residual diagonal make the diagonal of K", arguments: PropertyCase.all)
  func diagonal(_ property: PropertyCase) {
    var stream = property.stream("pivots")
    let n = property.first
    let samples = randomMatrix(
      rows: n, columns: max(1, property.second), of: Float.self, from: &stream)
    let kernel = GaussianKernel(gamma: 0.5)
    let factor = RandomlyPivotedCholesky(
      kernel, samples: samples, rank: property.third, blockSize: 1 + property.seed % 7,
      seed: UInt64(property.seed))
    #expect(factor.rank <= min(n, property.third))
    #expect(Set(factor.pivots).count == factor.rank)
    #expect(factor.blocks.reduce(0) { $0 + $1.columns } == factor.rank)
    var sums = factor.residualDiagonal
    for block in factor.blocks {
      for i in 0..<n { for j in 0..<block.columns { sums[i] += Double(block[i, j] * block[i, j]) } }
    }
    // A kernel value's exponent has the rounding of ‖x‖² + ‖z‖² - 2⟨x, z⟩.
    let largest = (0..<n).map { Double(euclideanNorm(samples.row($0))) }.max() ?? 0
    let rounding =
      Double(Float.roundingUnit) * 64 * Double(max(1, factor.rank)) * (1 + largest * largest)
    for i in 0..<n { #expect(abs(sums[i] - 1) <= rounding) }
    for pivot in factor.pivots { #expect(factor.residualDiagonal[pivot] <= rounding) }
  }

  @Test("All pivots give K back, and coinciding samples are drawn once")
  func whole() {
    let points: [Float] = [0, 1, 2, 3, 1, 1]
    let samples = Matrix<Float>(rows: 6, columns: 1, columnMajor: points)
    let kernel = GaussianKernel(gamma: 1)
    for seed in 0..<200 as Range<UInt64> {
      let factor = RandomlyPivotedCholesky(
        kernel, samples: samples, rank: 6, blockSize: 1 + Int(seed % 4), seed: seed)
      #expect(Set(factor.pivots.map { points[$0] }) == [0, 1, 2, 3] && factor.rank == 4)
      var sum = Matrix<Float>(rows: 6, columns: 6)
      for block in factor.blocks { sum.addProduct(of: block, block, transposingSecond: true) }
      let rounding = 1000 * Float.roundingUnit
      #expect((sum - kernel.gramMatrix(samples)).largestAbsoluteEntry <= rounding)
    }
  }
}

@Suite("The spectrum of a Gram matrix gives every ridge")
struct KernelSpectrumTests {
  private let kernel = GaussianKernel(gamma: 1)

  @Test("A point says what a factorisation of its λ says", arguments: PropertyCase.all)
  func ridge(_ property: PropertyCase) throws {
    guard property.first > 0 else { return }
    var stream = property.stream("spectrum")
    let (n, k) = (property.first, min(property.third, 3))
    let samples = linePoints(n, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: k, from: &stream)
    let spectrum = try KernelSpectrum(kernel, samples: samples)
    #expect(spectrum.rank == n && spectrum.testRatio <= 60)
    #expect(spectrum.values.allSatisfy { $0 > 0.3 && $0 < 1.8 })
    let points = try spectrum.ridgePath(targets, ridges: [0, 0.25, 4])
    for point in points {
      let regression = try KernelRegression(kernel: kernel, samples: samples, ridge: point.ridge)
      let fit = try regression.fit(targets)
      let left = regression.leaveOneOutResiduals(of: fit)
      let bound = Tolerance.symmetricEigenvalues.bound(
        Double.self, size: n, scale: 36 * (1 + targets.frobeniusNorm * targets.frobeniusNorm))
      for j in 0..<k {
        #expect(abs(point.rkhsNorms[j] - fit.rkhsNorms[j]) <= bound)
        let training = targets.columns(j..<j + 1) - fit.fittedValues.columns(j..<j + 1)
        let norm = training.frobeniusNorm
        #expect(abs(point.trainingErrors[j] - norm * norm / Double(n)) <= bound)
        let leftOut = left.columns(j..<j + 1).frobeniusNorm
        #expect(abs(point.leaveOneOutErrors[j] - leftOut * leftOut / Double(n)) <= bound)
      }
    }
    #expect(points[0].effectiveDimension == Double(n))
    let alignment = spectrum.cumulativeAlignment(targets)
    #expect(zip(alignment, alignment.dropFirst()).allSatisfy { $0 <= $1 })
    if k > 0 { #expect(abs((alignment.last ?? 0) - 1) <= 60 * Double(n) * Double.ulpOfOne) }
    let overlap = spectrum.targetAlignment(targets)
    let gram = kernel.gramMatrix(samples)
    let outer = targets.times(targets, transposingOther: true)
    let inner = zip(gram.elements, outer.elements).reduce(0) { $0 + $1.0 * $1.1 }
    let expected = k == 0 ? 0 : inner / (gram.frobeniusNorm * outer.frobeniusNorm)
    #expect(abs(overlap - expected) <= 60 * Double(n) * Double.ulpOfOne)
  }

  @Test("A singular Gram matrix has ridge solutions, and none of λ = 0")
  func singular() throws {
    let samples = Matrix<Double>(rows: 5, columns: 1, columnMajor: [0, 1, 1, 2, 2])
    let targets = Matrix<Double>(rows: 5, columns: 1, columnMajor: [1, 2, 4, 0, 1])
    let spectrum = try KernelSpectrum(kernel, samples: samples)
    #expect(spectrum.rank == 3)
    #expect(throws: KernelError.ridgeOutOfRange(0)) {
      try spectrum.ridgePath(targets, ridges: [0])
    }
    let point = try spectrum.ridgePath(targets, ridges: [0.5])[0]
    let regression = try KernelRegression(kernel: kernel, samples: samples, ridge: 0.5)
    let fit = try regression.fit(targets)
    let left = regression.leaveOneOutResiduals(of: fit).frobeniusNorm
    #expect(abs(point.leaveOneOutErrors[0] - left * left / 5) <= 1000 * Double.ulpOfOne)
    #expect(abs(point.rkhsNorms[0] - fit.rkhsNorm) <= 1000 * Double.ulpOfOne)
  }
}
