import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Inner products of 8-bit values are those of their whole numbers")
struct EightBitMatrixTests {
  /// Bytes, many of them 0 or 255.
  private func bytes(_ n: Int, _ d: Int, _ stream: inout RandomStream) -> [[Int]] {
    (0..<n).map { _ in
      (0..<d).map { _ in
        switch stream.integer(below: 4) {
        case 0: 0
        case 1: 255
        default: stream.integer(below: 256)
        }
      }
    }
  }

  private func matrix(_ rows: [[Int]], _ d: Int, dividedBy divisor: Double) -> Matrix<Double> {
    Matrix(rows: rows.count, columns: d) { Double(rows[$0][$1]) / divisor }
  }

  @Test("Images divided by 255 or not, by the whole numbers", arguments: PropertyCase.all)
  func exact(_ property: PropertyCase) {
    var stream = property.stream("8-bit values")
    let (n, m) = (property.first, property.third)
    let d = [property.second, 784, 1025, 3072][stream.integer(below: 4)]
    let (x, z) = (bytes(n, d, &stream), bytes(m, d, &stream))
    let divisors = (0..<2).map { _ in [1.0, 255][stream.integer(below: 2)] }
    let values = LinearKernel().crossMatrix(
      matrix(x, d, dividedBy: divisors[0]), matrix(z, d, dividedBy: divisors[1]))
    for i in 0..<n {
      for j in 0..<m {
        let sum = Double(zip(x[i], z[j]).reduce(0) { $0 + $1.0 * $1.1 })
        // Whole numbers are exact by any way; quotients are rounded once, or by BLAS d times.
        let scale = divisors[0] * divisors[1]
        let bound =
          scale == 1 ? 0 : Tolerance.arithmetic.bound(Double.self, size: d, scale: sum / scale)
        #expect(abs(values[i, j] - sum / scale) <= bound)
      }
    }
  }

  @Test("One value of more bits leaves them to BLAS", arguments: PropertyCase.all)
  func otherValues(_ property: PropertyCase) {
    var stream = property.stream("other values")
    let (n, d, m) = (property.first, property.second, property.third)
    if n == 0 || d == 0 { return }
    var x = matrix(bytes(n, d, &stream), d, dividedBy: 255)
    let z = matrix(bytes(m, d, &stream), d, dividedBy: 255)
    x[stream.integer(below: n), stream.integer(below: d)] =
      [0.1, -1 / 255, 256, 1 + .ulpOfOne][stream.integer(below: 4)]
    let values = LinearKernel().crossMatrix(x, z)
    for i in 0..<n {
      for j in 0..<m {
        let terms = (0..<d).map { x[i, $0] * z[j, $0] }
        let bound = Tolerance.arithmetic.bound(
          Double.self, size: d, scale: terms.reduce(0) { $0 + abs($1) })
        #expect(abs(values[i, j] - terms.reduce(0, +)) <= bound)
      }
    }
  }

  @Test("A NaN stays one")
  func notANumber() {
    let x = Matrix<Double>(rows: 1, columns: 2, columnMajor: [.nan, 1])
    #expect(LinearKernel().crossMatrix(x, x)[0, 0].isNaN)
  }
}
