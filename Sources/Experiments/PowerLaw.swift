private import RealModule

/// y = A x^s, fitted by least squares of log y on log x.
public struct PowerLaw: Sendable, Codable, Equatable {
  /// s.
  public var exponent: Double
  /// The standard error of s; 0 where there are no more than two points.
  public var exponentError: Double
  /// A.
  public var factor: Double

  /// Fits a power law; nil where fewer than two different x are left.
  ///
  /// - Parameter points: x and y; those that are not positive are left out.
  /// - Complexity: O(n).
  public init?(fitting points: [(x: Double, y: Double)]) {
    let logs = points.filter { $0.x > 0 && $0.y > 0 && $0.y.isFinite }
      .map { (x: Double.log($0.x), y: Double.log($0.y)) }
    guard let first = logs.first, logs.contains(where: { $0.x != first.x }) else { return nil }
    let n = Double(logs.count)
    let meanX = logs.reduce(0) { $0 + $1.x } / n
    let meanY = logs.reduce(0) { $0 + $1.y } / n
    let spread = logs.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
    let slope = logs.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / spread
    let squares = logs.reduce(0) { sum, point in
      let residual = point.y - meanY - slope * (point.x - meanX)
      return sum + residual * residual
    }
    exponent = slope
    exponentError = n > 2 ? (squares / (n - 2) / spread).squareRoot() : 0
    factor = Double.exp(meanY - slope * meanX)
  }

  /// A x^s.
  public func callAsFunction(_ x: Double) -> Double { factor * Double.pow(x, exponent) }
}
