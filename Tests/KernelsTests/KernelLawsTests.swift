import Foundation
import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Every kernel keeps the laws of kernels")
struct KernelLawsTests {
  /// Samples of integers, whose products are exact, or normal ones; some are zero, equal, parallel
  /// or opposite.
  private func samples(_ property: PropertyCase, count: Int) -> Matrix<Double> {
    var stream = property.stream("kernel samples")
    let d = property.second
    var rows: [[Double]] = []
    for i in 0..<count {
      let row = (0..<d).map { _ in
        property.third % 2 == 0
          ? Double(Float(stream.normal())) : Double(stream.integer(below: 9)) - 4
      }
      switch i % 10 {
      case 4: rows.append(row.map { _ in 0 })
      case 6: rows.append(rows[i - 5])
      case 7: rows.append(rows[i - 5].map { 2 * $0 })
      case 8: rows.append(rows[i - 5].map { -$0 })
      default: rows.append(row)
      }
    }
    return Matrix(rows: count, columns: d) { rows[$0][$1] }
  }

  @Test(
    "Values are those of the formula; matrices are symmetric and positive semidefinite",
    arguments: PropertyCase.all)
  func laws(_ property: PropertyCase) throws {
    for oracle in KernelOracle.all(property) {
      try checkLaws(oracle, property, Double.self)
      try checkLaws(oracle, property, Float.self)
    }
  }

  private func checkLaws<Scalar: LinearAlgebraScalar>(
    _ oracle: KernelOracle, _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let (n, d) = (property.first, property.second)
    let exact = samples(property, count: n)
    let x = exact.converted(to: type)
    let rows = (0..<n).map { exact.row($0) }
    let squares = rows.map { dot($0, $0) }
    let kernel = AnyKernel(oracle.kernel)
    let gram = kernel.gramMatrix(x)
    let cross = kernel.crossMatrix(x, x)
    #expect(gram.rows == n && gram.columns == n && cross.rows == n && cross.columns == n)
    #expect(gram == gram.transposed())
    var largest = 0.0
    var failures: [String] = []
    for i in 0..<n {
      let diagonal = oracle.diagonal(squares[i])
      let diagonalBound = Tolerance.arithmetic.bound(
        type, size: (d + 3) * oracle.steps, scale: diagonal)
      largest = max(largest, diagonalBound)
      if !(abs(Double(gram[i, i]) - diagonal) <= diagonalBound) {
        failures.append("\(kernel), \(type): diagonal \(i) is \(gram[i, i]), not \(diagonal)")
      }
      for j in 0...i {
        let inner = dot(rows[i], rows[j])
        let known = oracle.value(inner, squares[i], squares[j])
        let bound = oracle.bound(type, dimension: d, inner, squares[i], squares[j])
        largest = max(largest, bound)
        let entries = i == j ? [cross[i, j]] : [gram[i, j], cross[i, j], cross[j, i]]
        for entry in entries where !(abs(Double(entry) - known) <= bound) {
          failures.append("\(kernel), \(type): (\(i), \(j)) is \(entry), not \(known) ± \(bound)")
        }
        let product = (Double(gram[i, i]) * Double(gram[j, j])).squareRoot()
        if !(abs(Double(gram[i, j])) <= product + bound + diagonalBound) {
          failures.append("\(kernel), \(type): (\(i), \(j)) breaks Cauchy and Schwarz")
        }
      }
    }
    #expect(failures.isEmpty, "\(failures.prefix(3))")
    // An error of δ in each entry moves an eigenvalue by n δ at most.
    let least =
      -(Double(n) * largest
      + Tolerance.symmetricEigenvalues.bound(type, size: n, scale: Double(gram.oneNorm)))
    let smallest = try SymmetricEigen(of: gram).values.first.map { Double($0) } ?? 0
    #expect(smallest >= least, "\(kernel), \(type)")
  }

  private func dot(_ x: [Double], _ z: [Double]) -> Double {
    zip(x, z).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test("Zero vectors have the values that the text gives them, and no NaN", arguments: [0, 1, 5])
  func zeroVectors(dimension: Int) {
    let zero = Matrix<Double>(rows: 2, columns: dimension)
    let ones = Matrix<Double>(rows: 1, columns: dimension, repeating: 1)
    for kernel: any Kernel in [
      PowerKernel(degree: 2), ArcCosineKernel(.step, depth: 3), ArcCosineKernel(.rectifier),
      NNGPKernel(InfiniteReLUNetwork(depth: 3)), NeuralTangentKernel(InfiniteReLUNetwork(depth: 3)),
      LinearKernel(), MappedKernel(LinearKernel(), of: .normalized),
    ] {
      #expect(kernel.gramMatrix(zero) == Matrix(rows: 2, columns: 2), "\(kernel)")
      #expect(kernel.crossMatrix(zero, ones) == Matrix(rows: 2, columns: 1), "\(kernel)")
    }
    let biased = InfiniteReLUNetwork(depth: 3, weightVariance: 2, biasVariance: 0.5)
    // Σ = 0.5, 1, 1.5 and Θ = 0.5, 1.5, 3.
    #expect(NNGPKernel(biased).gramMatrix(zero)[0, 0] == 1.5)
    #expect(NeuralTangentKernel(biased).gramMatrix(zero)[0, 0] == 3)
  }

  @Test(
    "Equal inputs whose products are exact have the diagonal's value exactly",
    arguments: PropertyCase.all)
  func equalInputs(_ property: PropertyCase) {
    var stream = property.stream("equal inputs")
    let row = (0..<property.second).map { _ in Double(stream.integer(below: 41) - 20) }
    let samples = Matrix(rows: 3, columns: property.second) { _, j in row[j] }
    for oracle in KernelOracle.all(property) {
      let (gram, single) = (
        oracle.kernel.gramMatrix(samples),
        oracle.kernel.gramMatrix(samples.converted(to: Float.self))
      )
      #expect(gram.elements.allSatisfy { $0 == gram[0, 0] }, "\(oracle.kernel)")
      #expect(single.elements.allSatisfy { $0 == single[0, 0] }, "\(oracle.kernel)")
    }
  }

  @Test("Norms whose product overflows or vanishes still have a cosine")
  func extremeNorms() {
    for size in [1e-30, 1e-12, 1e12, 1e18] as [Float] {
      // Angles of 0, 60 and 180 degrees.
      let x = Matrix<Float>(
        rows: 3, columns: 2,
        columnMajor: [size, size / 2, -size, 0, size * Float(0.75).squareRoot(), 0])
      let cross = PowerKernel(degree: 1).crossMatrix(x, x)
      // The squares themselves vanish.
      if size == 1e-30 {
        #expect(cross == Matrix(rows: 3, columns: 3))
      } else {
        let bound = Float(Tolerance.arithmetic.bound(Float.self, size: 8, scale: 1))
        #expect(abs(cross[0, 0] - 1) <= bound && abs(cross[0, 1] - 0.5) <= bound)
        #expect(abs(cross[0, 2] + 1) <= bound)
      }
    }
  }

  @Test("Constant samples make a constant matrix but for the rounding of the kernel")
  func constant() {
    for oracle in KernelOracle.all(PropertyCase(seed: 200)) {
      let samples = Matrix<Double>(rows: 4, columns: 3, repeating: 2)
      let gram = oracle.kernel.gramMatrix(samples)
      let bound = oracle.bound(Double.self, dimension: 3, 12, 12, 12)
      #expect(gram.elements.allSatisfy { abs($0 - oracle.diagonal(12)) <= 2 * bound })
    }
  }

  @Test("A NaN stays one in every kernel of it, and in no other entry")
  func notFinite() {
    let samples = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, .nan, 2])
    for oracle in KernelOracle.all(PropertyCase(seed: 3)) {
      let cross = oracle.kernel.crossMatrix(samples, samples)
      for i in 0..<3 {
        for j in 0..<3 { #expect(cross[i, j].isNaN == (i == 1 || j == 1), "\(oracle.kernel)") }
      }
    }
  }

  @Test("Radial kernels fall to 0 at infinite distances, and parameters of any size give numbers")
  func extremes() {
    let far = Matrix<Double>(rows: 2, columns: 1, columnMajor: [0, 1e200])
    var kernels: [any Kernel] = []
    for size in [1e-100, 1, 1e100] {
      kernels += [GaussianKernel(gamma: size), LaplacianKernel(gamma: size)]
      for smoothness in MaternKernel.Smoothness.allCases {
        kernels.append(MaternKernel(smoothness, lengthScale: size))
      }
    }
    for kernel in kernels {
      #expect(kernel.crossMatrix(far, far)[1, 0] == 0, "\(kernel)")
      for value in [0, 1e-30, 1, 1e18] as [Float] {
        let samples = Matrix<Float>(rows: 2, columns: 1, columnMajor: [0, value])
        let gram = kernel.crossMatrix(samples, samples)
        #expect(gram.elements.allSatisfy { $0 >= 0 && $0 <= 1 }, "\(kernel), \(value)")
      }
    }
  }

  @Test("Parameters outside their range stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = LaplacianKernel(gamma: 0) }
    await #expect(processExitsWith: .failure) { _ = LaplacianKernel(gamma: .nan) }
    await #expect(processExitsWith: .failure) { _ = MaternKernel(.half, lengthScale: -1) }
    await #expect(processExitsWith: .failure) { _ = MaternKernel(.half, lengthScale: .infinity) }
    await #expect(processExitsWith: .failure) {
      _ = MaternKernel(.half, lengthScale: .leastNonzeroMagnitude)
    }
    await #expect(processExitsWith: .failure) { _ = PolynomialKernel(degree: 0) }
    await #expect(processExitsWith: .failure) { _ = PolynomialKernel(degree: 2, constant: -1) }
    await #expect(processExitsWith: .failure) { _ = PolynomialKernel(degree: 2, gamma: .nan) }
    await #expect(processExitsWith: .failure) { _ = PowerKernel(degree: 0) }
    await #expect(processExitsWith: .failure) { _ = ArcCosineKernel(.step, depth: 0) }
    await #expect(processExitsWith: .failure) { _ = InfiniteReLUNetwork(depth: 0) }
    await #expect(processExitsWith: .failure) {
      _ = InfiniteReLUNetwork(depth: 1, weightVariance: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = InfiniteReLUNetwork(depth: 1, biasVariance: .nan)
    }
    await #expect(processExitsWith: .failure) { _ = ScaledKernel(LinearKernel(), by: 0) }
    await #expect(processExitsWith: .failure) {
      _ = MappedKernel(LinearKernel(), of: .scaled(by: .infinity))
    }
  }
}
