private import RealModule

/// The loss of one output p at its target y.
public enum DescentLoss: String, Sendable, Codable, Hashable, CaseIterable {
  /// (p - y)² / 2, for any target.
  case squared
  /// log(1 + exp(-y p)) for labels y = ±1.
  case logistic
  /// exp(-y p) for labels y = ±1.
  case exponential

  /// The loss.
  ///
  /// - Parameters:
  ///   - output: p.
  ///   - target: y.
  /// - Returns: the loss, at least 0; infinite where it is beyond the largest double.
  public func value(output: Double, target: Double) -> Double {
    let margin = target * output
    switch self {
    case .squared:
      let difference = output - target
      return difference * difference / 2
    case .logistic:
      // The exponential of -|m| cannot overflow.
      return max(0, -margin) + .log(onePlus: .exp(-abs(margin)))
    case .exponential: return .exp(-margin)
    }
  }

  /// The derivative of the loss with respect to the output.
  ///
  /// p - y, -y / (1 + exp(y p)) or -y exp(-y p).
  ///
  /// - Parameters:
  ///   - output: p.
  ///   - target: y.
  /// - Returns: the derivative.
  public func derivative(output: Double, target: Double) -> Double {
    switch self {
    case .squared: output - target
    case .logistic: -target / (1 + .exp(target * output))
    case .exponential: -target * .exp(-target * output)
    }
  }
}
