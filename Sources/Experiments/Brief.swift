private import Foundation

/// A number in three digits for a sentence.
///
/// - Parameter value: any number.
/// - Returns: such as `0.0266`, `119` or `4.13e-10`.
public func brief(_ value: Double) -> String {
  String(format: "%.3g", value)
}
