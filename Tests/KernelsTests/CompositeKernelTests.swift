import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Sums, products, multiples and changed inputs are what they say")
struct CompositeKernelTests {
  private func samples(_ property: PropertyCase, _ count: Int) -> Matrix<Double> {
    var stream = property.stream("composite \(count)")
    return randomMatrix(rows: count, columns: property.second, from: &stream)
  }

  @Test("Matrices are sums, products and multiples, bit for bit", arguments: PropertyCase.all)
  func arithmetic(_ property: PropertyCase) {
    check(property, Double.self)
    check(property, Float.self)
  }

  private func check<Scalar: LinearAlgebraScalar>(_ property: PropertyCase, _ type: Scalar.Type) {
    let x = samples(property, property.first).converted(to: type)
    let z = samples(property, property.third).converted(to: type)
    let first = GaussianKernel(gamma: 0.5)
    let second = PolynomialKernel(degree: 3, gamma: 0.25)
    let pairs = [
      (first.gramMatrix(x), second.gramMatrix(x)),
      (first.crossMatrix(x, z), second.crossMatrix(x, z)),
    ]
    func matrices(_ kernel: some Kernel) -> [Matrix<Scalar>] {
      [kernel.gramMatrix(x), kernel.crossMatrix(x, z)]
    }
    #expect(matrices(SumKernel(first, second)) == pairs.map { $0.0 + $0.1 })
    #expect(
      matrices(ProductKernel(first, second))
        == pairs.map { a, b in Matrix(rows: a.rows, columns: a.columns) { a[$0, $1] * b[$0, $1] } })
    #expect(matrices(ScaledKernel(second, by: 0.375)) == pairs.map { $0.1.map { 0.375 * $0 } })
    #expect(matrices(AnyKernel(first)) == pairs.map(\.0))
    #expect(matrices(AnyKernel(AnyKernel(second))) == pairs.map(\.1))
    // The same operations in the same order, in `Double`.
    let custom = CustomKernel("square") { inner, a, b in (inner * inner + a + b) }
    #expect(custom.crossMatrix(x, z).elements.count == property.first * property.third)
    let known = LinearKernel().crossMatrix(x, z)
    let squares = LinearKernel().gramMatrix(x)
    for i in 0..<min(1, property.first) {
      for j in 0..<property.third {
        let norm = z.row(j).reduce(0.0) { $0 + Double($1) * Double($1) }
        let value = Double(known[i, j] * known[i, j]) + Double(squares[i, i]) + norm
        let bound = Tolerance.arithmetic.bound(
          type, size: property.second + 4, scale: 2 * value)
        #expect(abs(Double(custom.crossMatrix(x, z)[i, j]) - value) <= bound)
      }
      #expect(
        abs(
          Double(custom.gramMatrix(x)[i, i])
            - Double(squares[i, i] * squares[i, i] + 2 * squares[i, i]))
          <= Tolerance.arithmetic.bound(
            type, size: property.second + 4,
            scale: 4 * Double(squares[i, i] + squares[i, i] * squares[i, i])))
    }
  }

  @Test("A map of the inputs is the kernel of mapped inputs", arguments: PropertyCase.all)
  func maps(_ property: PropertyCase) {
    let x = samples(property, property.first)
    let z = samples(property, property.third)
    let d = property.second
    func normalized(_ matrix: Matrix<Double>) -> Matrix<Double> {
      let norms = (0..<matrix.rows).map { euclideanNorm(matrix.row($0)) }
      return Matrix(rows: matrix.rows, columns: d) { i, j in
        norms[i] == 0 ? 0 : matrix[i, j] / norms[i]
      }
    }
    func extended(_ matrix: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: matrix.rows, columns: d + 1) { i, j in j == d ? 3 : matrix[i, j] }
    }
    let cases: [(InputMap, (Matrix<Double>) -> Matrix<Double>)] = [
      (.scaled(by: 0.5), { $0.map { 0.5 * $0 } }), (.normalized, normalized),
      (.extended(by: 3), extended),
    ]
    // Slopes in the inner products and the norms are below 1, and values too.
    let base = GaussianKernel(gamma: 0.25)
    for (map, function) in cases {
      let kernel = MappedKernel(base, of: map)
      let (mappedX, mappedZ) = (function(x), function(z))
      let size =
        [mappedX, mappedZ].flatMap { matrix in
          (0..<matrix.rows).map { euclideanNorm(matrix.row($0)) }
        }.max() ?? 0
      let bound = Tolerance.arithmetic.bound(
        Double.self, size: d + 8, scale: 1 + 4 * size * size)
      #expect(
        (kernel.crossMatrix(x, z) - base.crossMatrix(mappedX, mappedZ)).largestAbsoluteEntry
          <= bound)
      #expect((kernel.gramMatrix(x) - base.gramMatrix(mappedX)).largestAbsoluteEntry <= bound)
      let linear = MappedKernel(LinearKernel(), of: map)
      #expect(
        (linear.gramMatrix(x) - LinearKernel().gramMatrix(mappedX)).largestAbsoluteEntry <= bound)
    }
  }

  @Test("Powers of the cosine are polynomials of normalised inputs, bit for bit")
  func normalizedPower() {
    let x = samples(PropertyCase(seed: 46), 20)
    for degree in 1...6 {
      let polynomial = PolynomialKernel(degree: degree, constant: 0)
      #expect(
        PowerKernel(degree: degree).gramMatrix(x)
          == MappedKernel(polynomial, of: .normalized).gramMatrix(x))
    }
  }

  @Test("Descriptions name kernels and parameters")
  func descriptions() {
    let sum = SumKernel(LinearKernel(), ScaledKernel(GaussianKernel(gamma: 0.5), by: 2))
    #expect(sum.description == "(linear) + (2.0 * (Gaussian, gamma 0.5))")
    let product = ProductKernel(PowerKernel(degree: 4), LaplacianKernel(gamma: 1))
    #expect(product.description == "(power of the cosine, degree 4) * (Laplacian, gamma 1.0)")
    #expect(
      AnyKernel(MappedKernel(LinearKernel(), of: .normalized)).description
        == "linear, inputs of norm 1")
    #expect(CustomKernel("mine") { inner, _, _ in inner }.description == "mine")
  }
}
