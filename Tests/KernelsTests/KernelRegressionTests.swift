import Foundation
import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Kernel regression goes through its targets with the least RKHS norm")
struct KernelRegressionTests {
  /// Different points of an integer lattice.
  ///
  /// At γ = 1 the Gram matrix of any of them has its eigenvalues between 0.3 and 1.8 along one
  /// coordinate, since 1 - 2/e + 2/e⁴ - … = 0.30; points that also differ in others are further
  /// apart.
  private func latticePoints(
    _ count: Int, dimension: Int, from stream: inout RandomStream
  ) -> Matrix<Double> {
    let first = stream.permutation(of: count)
    return Matrix(rows: count, columns: dimension) { i, j in
      j == 0 ? Double(first[i]) : Double(stream.integer(below: 3))
    }
  }

  @Test("It interpolates, with one factorisation for all targets", arguments: PropertyCase.all)
  func interpolation(_ property: PropertyCase) throws {
    try checkInterpolation(property, Double.self)
    try checkInterpolation(property, Float.self)
  }

  private func checkInterpolation<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    var stream = property.stream("interpolation")
    let (n, d, k) = (property.first, max(1, property.second), min(property.third, 5))
    let samples = latticePoints(n, dimension: d, from: &stream).converted(to: type)
    let targets = randomMatrix(rows: n, columns: k, of: type, from: &stream)
    let regression = try KernelRegression(kernel: GaussianKernel(gamma: 1), samples: samples)
    let fit = try regression.fit(targets)
    #expect(fit.evidence.testRatio <= Tolerance.linearSystem.constant)
    #expect(fit.evidence.rank == n)
    #expect(fit.dualCoefficients.rows == n && fit.dualCoefficients.columns == k)

    let gram = regression.kernel.gramMatrix(samples).converted(to: Double.self)
    let alpha = fit.dualCoefficients.converted(to: Double.self)
    let known = targets.converted(to: Double.self)
    let bound = Tolerance.linearSystem.bound(
      type, size: n, scale: gram.oneNorm * alpha.frobeniusNorm)
    #expect((gram * alpha - known).frobeniusNorm <= bound)
    #expect(
      abs(fit.evidence.maxAbsoluteResidual - (gram * alpha - known).largestAbsoluteEntry)
        <= bound)
    // The kernel's values are as exact as the exponential: the distances are integers.
    #expect(distance(fit.predict(samples), known) <= 2 * bound)

    // ‖f‖² = tr αᵀKα = tr Yᵀα, since the fit interpolates.
    let square = zip(alpha.elements, (gram * alpha).elements).reduce(0) { $0 + $1.0 * $1.1 }
    let inner = zip(alpha.elements, known.elements).reduce(0) { $0 + $1.0 * $1.1 }
    let squareBound = 2 * bound * alpha.frobeniusNorm
    #expect(abs(fit.rkhsNorm * fit.rkhsNorm - square) <= squareBound)
    #expect(abs(fit.rkhsNorm * fit.rkhsNorm - inner) <= squareBound)

    var squares = 0.0
    for j in 0..<k {
      let single = try regression.fit(targets.columns(j..<j + 1))
      squares += single.rkhsNorm * single.rkhsNorm
      #expect(
        distance(single.dualCoefficients, alpha.columns(j..<j + 1))
          <= Tolerance.linearSystem.bound(type, size: n, scale: 6 * alpha.frobeniusNorm))
    }
    #expect(abs(squares - square) <= 2 * squareBound)
  }

  @Test(
    "No other function of the samples' span has the values and a smaller norm",
    arguments: PropertyCase.all)
  func leastNorm(_ property: PropertyCase) throws {
    // Through the first points only, the norm is no larger than through all of them.
    var stream = property.stream("least norm")
    let n = property.first
    let samples = latticePoints(n, dimension: 2, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 1, from: &stream)
    let kernel = GaussianKernel(gamma: 1)
    let all = try KernelRegression(kernel: kernel, samples: samples).fit(targets)
    let few = try KernelRegression(kernel: kernel, samples: samples.rows(0..<n / 2))
      .fit(targets.rows(0..<n / 2))
    let rounding = Tolerance.linearSystem.bound(Double.self, size: n, scale: 6 * all.rkhsNorm)
    #expect(few.rkhsNorm <= all.rkhsNorm + rounding)
  }

  @Test("A ridge is added to the diagonal, and left out of the norm", arguments: PropertyCase.all)
  func ridge(_ property: PropertyCase) throws {
    var stream = property.stream("ridge")
    let (n, d) = (property.first, property.second)
    // Samples may coincide: the ridge alone keeps the system regular.
    let samples = Matrix<Double>(rows: n, columns: d) { _, _ in Double(stream.integer(below: 3)) }
    let targets: Matrix<Double> = randomMatrix(
      rows: n, columns: min(property.third, 5), from: &stream)
    let ridge = 0.25 + stream.uniform()
    let regression = try KernelRegression(
      kernel: GaussianKernel(gamma: 0.5), samples: samples, ridge: ridge)
    #expect(regression.ridge == ridge)
    let fit = try regression.fit(targets)
    let alpha = fit.dualCoefficients
    let values = regression.kernel.gramMatrix(samples) * alpha
    let bound = Tolerance.linearSystem.bound(
      Double.self, size: n, scale: (Double(n) + ridge) * alpha.frobeniusNorm)
    let residual = values + alpha.map { ridge * $0 } - targets
    #expect(residual.frobeniusNorm <= bound)
    let square = zip(alpha.elements, values.elements).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(fit.rkhsNorm * fit.rkhsNorm - square) <= 2 * bound * alpha.frobeniusNorm)
    #expect(fit.evidence.maxAbsoluteResidual <= bound)
    #expect((fit.predict(samples) - values).frobeniusNorm <= bound)
  }

  @Test(
    "A prediction is Σ α_i k(x_i, z), also across the borders of blocks",
    arguments: [0, 1, 2, 1023, 1024, 1025, 2048, 2049], 0..<25)
  func prediction(_ m: Int, _ seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "prediction")
    let n = PropertyCase.sizes[seed % 6]
    let samples = latticePoints(n, dimension: 2, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let fit = try KernelRegression(kernel: GaussianKernel(gamma: 1), samples: samples)
      .fit(targets)
    let inputs = Matrix<Double>(rows: m, columns: 2) { _, _ in 10 * stream.uniform() }
    let predicted = fit.predict(inputs)
    #expect(predicted.rows == m && predicted.columns == 2)
    let size = fit.dualCoefficients.oneNorm
    // The kernel's error is that of ‖x‖² + ‖z‖² - 2⟨x, z⟩, all of them below 400.
    let bound = Tolerance.arithmetic.bound(Double.self, size: 2 + 3 + n, scale: 400 * size)
    for i in 0..<m {
      for j in 0..<2 {
        let sum = (0..<n).reduce(0.0) { sum, k in
          let (dx, dy) = (inputs[i, 0] - samples[k, 0], inputs[i, 1] - samples[k, 1])
          return sum + fit.dualCoefficients[k, j] * exp(-dx * dx - dy * dy)
        }
        #expect(abs(predicted[i, j] - sum) <= bound)
      }
    }
  }

  @Test("With the linear kernel and a ridge it is ridge regression", arguments: PropertyCase.all)
  func linearKernel(_ property: PropertyCase) throws {
    var stream = property.stream("linear kernel")
    let (n, d) = (property.first, property.second)
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let fit = try KernelRegression(kernel: LinearKernel(), samples: samples, ridge: 1)
      .fit(targets)
    let weights = samples.times(fit.dualCoefficients, transposingSelf: true)
    // (XᵀX + I) W = XᵀY.
    let descent = samples.times(targets, transposingSelf: true)
    let residual = samples.timesOwnTranspose(transposingSelf: true) * weights + weights - descent
    let size = samples.frobeniusNorm
    let scale = (1 + size * size) * (1 + size) * targets.frobeniusNorm
    #expect(
      residual.frobeniusNorm
        <= Tolerance.linearSystem.bound(Double.self, size: max(n, d), scale: scale))
  }

  @Test("Samples that coincide have no Gram system without a ridge")
  func coincidence() throws {
    let kernel = GaussianKernel(gamma: 1)
    let samples = Matrix<Double>(rows: 4, columns: 1, columnMajor: [0, 100, 100, 200])
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 2)) {
      try KernelRegression(kernel: kernel, samples: samples)
    }
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 2)) {
      try KernelRegression(kernel: kernel, samples: samples.converted(to: Float.self))
    }
    let nearly = Matrix<Double>(rows: 2, columns: 1, columnMajor: [0, 1e-12])
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) {
      try KernelRegression(kernel: kernel, samples: nearly)
    }
    let ridged = try KernelRegression(kernel: kernel, samples: samples, ridge: 1)
    let fit = try ridged.fit(Matrix(rows: 4, columns: 1, repeating: 1))
    #expect(abs(fit.dualCoefficients[1, 0] - 1.0 / 3) <= 30 * Double.ulpOfOne)
  }

  @Test(
    "Coinciding samples are refused, or shown to be ill-conditioned",
    arguments: PropertyCase.all)
  func coincidenceInGeneral(_ property: PropertyCase) throws {
    var stream = property.stream("coincidence")
    let n = property.first + 2
    var samples = randomMatrix(
      rows: n, columns: max(3, property.second), of: Double.self, from: &stream)
    let pair = stream.permutation(of: n).prefix(2).sorted()
    for j in 0..<samples.columns { samples[pair[1], j] = samples[pair[0], j] }
    // ‖x‖² + ‖z‖² - 2⟨x, z⟩ of equal rows is a rounding of its terms.
    let norm = (0..<n).map { euclideanNorm(samples.row($0)) }.max() ?? 0
    let bound = Tolerance.linearSystem.bound(
      Double.self, size: n + samples.columns, scale: 1 + 4 * norm * norm)
    let fit = Result { () throws(LinearAlgebraError) in
      try KernelRegression(kernel: GaussianKernel(gamma: 1), samples: samples)
        .fit(Matrix(rows: n, columns: 1))
    }
    switch fit {
    case .success(let fit): #expect(fit.evidence.reciprocalCondition <= bound)
    case .failure(.notPositiveDefinite(let pivot)): #expect(pivot >= pair[1])
    case .failure(let error): throw error
    }
  }

  @Test("Entries that are no numbers are named, or stay what they are")
  func notFinite() throws {
    let kernel = GaussianKernel(gamma: 1)
    var samples = Matrix<Double>(rows: 3, columns: 2, columnMajor: [0, 1, 2, 3, 4, 5])
    let regression = try KernelRegression(kernel: kernel, samples: samples)
    let bad = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, .infinity, 1])
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the right-hand side", row: 1, column: 0)
    ) { try regression.fit(bad) }
    let fit = try regression.fit(bad.map { _ in 1 })
    let input = Matrix<Double>(rows: 2, columns: 2, columnMajor: [.nan, 1, 0, 1])
    #expect(fit.predict(input)[0, 0].isNaN && fit.predict(input)[1, 0].isFinite)
    samples[2, 1] = .nan
    #expect(throws: LinearAlgebraError.notFinite(argument: "the samples", row: 2, column: 1)) {
      try KernelRegression(kernel: kernel, samples: samples)
    }
  }

  @Test("The plan counts the square of the samples, and grows with everything")
  func plannedBytes() {
    typealias InFloat = KernelRegression<GaussianKernel, Float>
    typealias InDouble = KernelRegression<GaussianKernel, Double>
    let plan = InDouble.plannedBytes(sampleCount: 60_000, dimension: 784, targetCount: 10)
    #expect(plan >= 60_000 * 60_000 * 8)
    #expect(plan <= 60_000 * 60_000 * 8 * 11 / 10)
    #expect(
      InFloat.plannedBytes(sampleCount: 60_000, dimension: 784, targetCount: 10) == plan / 2)
    let base = InDouble.plannedBytes(sampleCount: 10, dimension: 10, targetCount: 10)
    #expect(InDouble.plannedBytes(sampleCount: 11, dimension: 10, targetCount: 10) > base)
    #expect(InDouble.plannedBytes(sampleCount: 10, dimension: 11, targetCount: 10) > base)
    #expect(InDouble.plannedBytes(sampleCount: 10, dimension: 10, targetCount: 11) > base)
  }

  @Test("A negative ridge and targets too few stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try KernelRegression(
        kernel: GaussianKernel(gamma: 1), samples: Matrix<Double>(rows: 1, columns: 1), ridge: -1)
    }
    await #expect(processExitsWith: .failure) {
      _ = try KernelRegression(
        kernel: GaussianKernel(gamma: 1), samples: Matrix<Double>(rows: 1, columns: 1)
      ).fit(Matrix(rows: 2, columns: 1))
    }
  }
}
