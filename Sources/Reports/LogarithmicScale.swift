private import Foundation

/// A range for a logarithmic axis: from one round number to another, and never empty.
///
/// Round numbers are 1, 2 and 5 times powers of ten.
///
/// - Parameters:
///   - low: the smallest value to show, positive and finite.
///   - high: the largest value to show, at least `low`.
/// - Returns: a range that holds both.
func logarithmicRange(from low: Double, to high: Double) -> ClosedRange<Double> {
  func round(_ value: Double, _ factors: [Double], _ isAccepted: (Double) -> Bool) -> Double {
    let decade = pow(10, log10(value).rounded(.down))
    return factors.map { $0 * decade }.first(where: isAccepted) ?? value
  }
  let start = round(low, [5, 2, 1]) { $0 <= low }
  let end = round(high, [1, 2, 5, 10]) { $0 >= high }
  return start < end ? start...end : start / 10...end * 10
}

/// Places for the tics of a logarithmic axis: powers of ten, and their multiples where few fit.
///
/// - Parameter range: what the axis shows, positive.
/// - Returns: values in the range, increasing, at most some fifteen of them.
func logarithmicTics(_ range: ClosedRange<Double>) -> [Double] {
  let first = Int(log10(range.lowerBound).rounded(.down))
  let last = Int(log10(range.upperBound).rounded(.up))
  let span = log10(range.upperBound / range.lowerBound)
  let factors: [Double]
  switch span {
  case ..<0.7: factors = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  // Names of neighbours further on would touch.
  case ..<1.5: factors = [1, 2, 3, 4, 6, 8]
  case ..<3.5: factors = [1, 2, 5]
  default: factors = [1]
  }
  // Rounding of a power of ten must not lose the tic at an end.
  let shown = range.lowerBound * (1 - 1e-9)...range.upperBound * (1 + 1e-9)
  var tics: [Double] = []
  for exponent in stride(from: first, through: last, by: max(1, (last - first) / 8)) {
    let power = pow(10, Double(exponent))
    tics += factors.map { $0 * power }.filter(shown.contains)
  }
  return tics
}
