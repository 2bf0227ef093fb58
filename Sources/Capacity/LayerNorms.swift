public import LinearAlgebra
public import Networks

/// The norms of one dense layer or convolution, seen as the matrix A that it is on its input.
///
/// A convolution's matrix has a row for each filter and place; what lies outside the image is no
/// part of it. Batch normalisation is folded in before.
public struct LayerNorms: Sendable, Codable, Equatable {
  /// The layer's name in its graph.
  public var name: String
  /// ‖W‖_F of the stored weights, each shared one once, biases left out.
  public var frobenius: Double
  /// ‖A‖_F of the matrix.
  public var operatorFrobenius: Double
  /// ‖A‖₂, the largest singular value, with its residual.
  public var spectral: LargestSingularValue
  /// Σ_o ‖row o of A‖₂ = ‖Aᵀ‖_{2,1}.
  public var rowSum: Double
  /// max_o ‖row o of A‖₂.
  public var largestRow: Double
  /// ‖A‖_F² / ‖A‖₂², between 1 and the rank; 0 for zeros.
  public var stableRank: Double {
    spectral.value == 0
      ? 0 : (operatorFrobenius / spectral.value) * (operatorFrobenius / spectral.value)
  }

  /// Measures a layer.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - matrix: its linear part.
  ///   - tolerance: of the spectral norm's residual, as a share of it.
  ///   - maximalSteps: products for the spectral norm.
  /// - Complexity: as that of `maximalSteps` ways forward and back.
  public init(
    name: String, _ matrix: LayerOperator<Double>, tolerance: Double = 1e-8,
    maximalSteps: Int = 100
  ) {
    self.name = name
    frobenius = euclideanNorm(matrix.weights)
    let rows = matrix.rowNorms
    operatorFrobenius = euclideanNorm(rows)
    rowSum = rows.reduce(0, +)
    largestRow = rows.max() ?? 0
    spectral = LargestSingularValue(
      inputs: matrix.input.count, tolerance: tolerance, maximalSteps: maximalSteps,
      times: matrix.times, transposedTimes: matrix.transposedTimes)
  }
}

extension LayerOperator<Double> {
  /// ‖row o of A‖₂ for each output o: the squared weights applied to ones.
  var rowNorms: [Double] {
    mapWeights { $0 * $0 }.times([Double](repeating: 1, count: input.count)).map {
      $0.squareRoot()
    }
  }
}

/// A layer x ↦ A x + b as the matrix [[A, b], [0, 1]] on inputs with a 1 at the end.
///
/// So networks with biases are networks without, which is what norm bounds speak of. The last layer
/// needs no last row.
struct AugmentedLayer: Sendable {
  let linear: LayerOperator<Double>
  /// b at each output; empty where no layer of the network has a bias.
  let bias: [Double]
  let isLast: Bool

  var inputs: Int { linear.input.count + (bias.isEmpty ? 0 : 1) }
  var outputs: Int { linear.output.count + (bias.isEmpty || isLast ? 0 : 1) }

  func times(_ x: [Double]) -> [Double] {
    if bias.isEmpty { return linear.times(x) }
    let one = x[x.count - 1]
    var y = linear.times(Array(x.dropLast()))
    for i in y.indices { y[i] += one * bias[i] }
    return isLast ? y : y + [one]
  }

  func transposedTimes(_ y: [Double]) -> [Double] {
    if bias.isEmpty { return linear.transposedTimes(y) }
    let own = isLast ? y : Array(y.dropLast())
    var one = isLast ? 0 : y[y.count - 1]
    for (b, y) in zip(bias, own) { one += b * y }
    return linear.transposedTimes(own) + [one]
  }

  /// The norms of all rows.
  var rowNorms: [Double] {
    let rows = linear.rowNorms
    if bias.isEmpty { return rows }
    return zip(rows, bias).map { euclideanNorm([$0, $1]) } + (isLast ? [] : [1])
  }

  /// Σ_o ‖row o of this - row o of another‖₂ for a layer of the same shape.
  func rowDistance(to other: AugmentedLayer) -> Double {
    let difference = zip(linear.weights, other.linear.weights).map { $0 - $1 }
    var weights = difference.makeIterator()
    let rows = linear.mapWeights { _ in weights.next() ?? 0 }.rowNorms
    if bias.isEmpty { return rows.reduce(0, +) }
    return rows.indices.reduce(0) { $0 + euclideanNorm([rows[$1], bias[$1] - other.bias[$1]]) }
  }
}
