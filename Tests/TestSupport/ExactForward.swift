public import ExactArithmetic
public import LinearAlgebra

/// A feed-forward ReLU network's outputs as its formula stands, without rounding.
///
/// - Parameters:
///   - layers: the matrices W and biases b, from the inputs on; the last one has no maximum with 0.
///   - input: z.
/// - Returns: W_k max(… max(W₁ z + b₁, 0) …, 0) + b_k.
public func exactForward(
  _ layers: [(weights: Matrix<Double>, biases: [Double])], input: [Rational]
) -> [Rational] {
  var values = input
  for (index, layer) in layers.enumerated() {
    var sums = layer.biases.map { Rational($0) }
    for (column, value) in values.enumerated() where value != 0 {
      for row in sums.indices {
        let weight = layer.weights[row, column]
        switch weight {
        case 0: continue
        case 1: sums[row] = sums[row] + value
        case -1: sums[row] = sums[row] - value
        default: sums[row] = sums[row] + Rational(weight) * value
        }
      }
    }
    values = index + 1 < layers.count ? sums.map { max($0, 0) } : sums
  }
  return values
}
