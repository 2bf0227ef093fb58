import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Standardised features")
struct FeatureScalingTests {
  @Test("what was learned from has mean 0 and deviation 1, constants are 0", arguments: 0..<200)
  func moments(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "scaling")
    let (rows, columns) = ([1, 2, 3, 10, 50][seed % 5], 4)
    let features = Matrix<Float>(rows: rows, columns: columns) { _, j in
      j == 3 ? 0.1 : Float(100 * Double(j) + 0.5 * stream.normal())
    }
    var scaled = features
    FeatureScaling(features: features).apply(to: &scaled)
    for j in 0..<columns {
      let column = scaled.column(j).map { Double($0) }
      let square = column.reduce(0) { $0 + $1 * $1 } / Double(rows)
      // A value is rounded on the scale of 200 before the mean is taken off and divided by.
      let unit = Tolerance.arithmetic.bound(Float.self, size: rows, scale: 1)
      let factor = Double(FeatureScaling(features: features).factors[j])
      #expect(abs(column.reduce(0, +) / Double(rows)) <= unit * 200 * max(1, factor))
      if j == 3 || rows == 1 {
        #expect(column.allSatisfy { $0 == 0 })
      } else {
        #expect(abs(square - 1) <= 4 * unit * 200 * max(1, factor))
      }
    }
  }
}
