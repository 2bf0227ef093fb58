public import ExactArithmetic
public import LinearAlgebra
public import RandomStreams

/// A system A w = y with a known answer.
public struct KnownInterleavingSystem {
  /// x₁ < … < x_n.
  public let points: [Double]
  /// b, with b_i < x_i < b_{i+1}.
  public let thresholds: [Double]
  /// The solution w.
  public let weights: [Double]
  /// y = A w.
  public let targets: [Double]

  /// Small integers everywhere, and powers of two on the diagonal of A.
  ///
  /// Every sum, product and quotient of any of the solvers is then an integer that a double holds,
  /// so that all of them must give w itself.
  public init(integersOfSize size: Int, from stream: inout RandomStream) {
    var (points, thresholds) = ([Double](), [Double]())
    var last = Double(stream.integer(below: 21) - 10)
    for _ in 0..<size {
      last += Double(1 + stream.integer(below: 3))
      thresholds.append(last)
      last += [1, 2, 4][stream.integer(below: 3)]
      points.append(last)
    }
    let weights = (0..<size).map { _ in Double(stream.integer(below: 11) - 5) }
    targets = points.map { x in
      zip(thresholds, weights).reduce(0) { $0 + max(x - $1.0, 0) * $1.1 }
    }
    (self.points, self.thresholds, self.weights) = (points, thresholds, weights)
  }
}

/// Points and thresholds at random distances.
public func randomInterleaving(
  _ size: Int, from stream: inout RandomStream
) -> (points: [Double], thresholds: [Double]) {
  var (points, thresholds) = ([Double](), [Double]())
  var last = 10 * stream.normal()
  for _ in 0..<size {
    last += 0.1 + stream.uniform()
    thresholds.append(last)
    last += 0.1 + stream.uniform()
    points.append(last)
  }
  return (points, thresholds)
}

/// How far the recurrence's output may lie from its targets, for one output.
///
/// A weight comes of a rounded dividend, a rounded divisor and a rounded quotient, so that at its
/// own point the network misses by 3ε |w_i| (x_i - b_i), or 4ε for the terms of second order. The
/// sums in twice the digits drift by some 2⁻¹⁰² of their terms at each of n points.
public func recurrenceResidualBound(
  points: [Double], thresholds: [Double], weights: [Double]
) -> Double {
  guard let last = points.last, let first = thresholds.first else { return 0 }
  let steps = zip(weights, zip(points, thresholds)).map { abs($0) * ($1.0 - $1.1) }
  let total = weights.reduce(0) { $0 + abs($1) }
  return 4 * Double.roundingUnit * (steps.max() ?? 0)
    + 0x1p-98 * Double(points.count) * total * (last - first)
}

/// Different rows of random bytes, at most 256 of them.
public func distinctByteRows(
  _ count: Int, dimension: Int, from stream: inout RandomStream
) -> Matrix<Double> {
  let first = stream.permutation(of: 256)
  return Matrix(rows: count, columns: dimension) { i, j in
    j == 0 ? Double(first[i]) : Double(stream.integer(below: 256))
  }
}

/// Σ_j w_j max(x - b_j, 0) without rounding.
public func exactOutput(at point: Double, thresholds: [Double], weights: [Double]) -> Rational {
  zip(thresholds, weights).reduce(0) { sum, unit in
    unit.0 < point ? sum + Rational(unit.1) * (Rational(point) - Rational(unit.0)) : sum
  }
}

/// Σ_j w_j max(x_i - b_j, 0) at all points, without rounding, in one sweep over both.
///
/// - Parameters:
///   - points: x, increasing.
///   - thresholds: b, increasing.
///   - weights: w, one for each threshold.
/// - Returns: the values, and the slopes between the thresholds.
public func exactOutputs(
  at points: [Rational], thresholds: [Rational], weights: [Rational]
) -> (values: [Rational], slopes: [Rational]) {
  var (slope, offset, unit): (Rational, Rational, Int) = (0, 0, 0)
  var slopes: [Rational] = []
  let values = points.map { x in
    while unit < thresholds.count && thresholds[unit] < x {
      slope = slope + weights[unit]
      offset = offset + weights[unit] * thresholds[unit]
      slopes.append(slope)
      unit += 1
    }
    return slope * x - offset
  }
  return (values, slopes)
}

extension Rational {
  /// Whether a number is the least double that is at least this fraction, or infinite beyond them.
  public func isRoundedUp(to double: Double) -> Bool {
    if double == .infinity { return self > Rational(Double.greatestFiniteMagnitude) }
    return self <= Rational(double)
      && (double == -.greatestFiniteMagnitude || self > Rational(double.nextDown))
  }
}
