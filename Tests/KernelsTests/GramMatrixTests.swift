import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Gram matrices are those of any kernel of inner products and norms")
struct GramMatrixTests {
  @Test("The linear kernel's are products of the samples", arguments: PropertyCase.all)
  func linearKernel(_ property: PropertyCase) {
    var stream = property.stream("linear kernel")
    let (n, d, m) = (property.first, property.second, property.third)
    // Integers, so that no order of summation matters.
    func samples(_ count: Int) -> Matrix<Float> {
      Matrix(rows: count, columns: d) { _, _ in Float(stream.integer(below: 201) - 100) }
    }
    let (x, z) = (samples(n), samples(m))
    #expect(LinearKernel().gramMatrix(x) == x.times(x, transposingOther: true))
    #expect(LinearKernel().crossMatrix(x, z) == x.times(z, transposingOther: true))
    #expect(
      LinearKernel().crossMatrix(x, z) == LinearKernel().crossMatrix(z, x).transposed())
  }

  @Test("Each column meets the norms of its own samples", arguments: PropertyCase.all)
  func norms(_ property: PropertyCase) {
    var stream = property.stream("norms")
    let (n, d, m) = (property.first, property.second, property.third)
    func samples(_ count: Int) -> Matrix<Double> {
      Matrix(rows: count, columns: d) { _, _ in Double(stream.integer(below: 21) - 10) }
    }
    func squaredNorm(_ row: [Double]) -> Double { row.reduce(0) { $0 + $1 * $1 } }
    let (x, z) = (samples(n), samples(m))
    #expect(
      NormKernel().crossMatrix(x, z)
        == Matrix(rows: n, columns: m) { i, j in
          squaredNorm(x.row(i)) + 3 * squaredNorm(z.row(j))
        })
    #expect(
      NormKernel().gramMatrix(x)
        == Matrix(rows: n, columns: n) { i, j in
          i == j
            ? -squaredNorm(x.row(i))
            : squaredNorm(x.row(max(i, j))) + 3 * squaredNorm(x.row(min(i, j)))
        })
  }

  @Test("Inputs of two dimensions stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = LinearKernel().crossMatrix(
        Matrix<Double>(rows: 1, columns: 2), Matrix(rows: 1, columns: 3))
    }
  }
}

/// No kernel, but a function that shows which norms it was given.
private struct NormKernel: Kernel {
  func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    for i in values.indices { values[i] = squaredNorms[i] + 3 * squaredNorm }
  }

  func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar { -squaredNorm }

  var description: String { "norms" }
}
