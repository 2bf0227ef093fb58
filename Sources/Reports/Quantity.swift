private import Experiments
private import Foundation

/// What stands where there is no value.
let absent = "–"

/// A count with its thousands separated: `50,000`.
func grouped(_ count: Int) -> String {
  let digits = String(count.magnitude)
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index).isMultiple(of: 3) { text.append(",") }
    text.append(digit)
  }
  return count < 0 ? "-" + text : text
}

/// A number with a fixed number of decimals.
func fixed(_ value: Double, decimals: Int) -> String {
  value.isFinite ? String(format: "%.\(decimals)f", value) : brief(value)
}

/// A share from 0 to 1 in per cent, without the sign: `12.50`.
func hundredths(_ share: Double) -> String { fixed(100 * share, decimals: 2) }

/// A share from 0 to 1 in per cent: `12.50 %`.
func percent(_ share: Double) -> String { hundredths(share) + " %" }

/// Seconds in three digits: `0.012`, `3.14`, `1,234`.
func inSeconds(_ value: Double) -> String {
  switch value {
  case 100..<1e15: grouped(Int(value.rounded()))
  case 0..<0.001: "< 0.001"
  default: brief(value)
  }
}

/// The beginning of a hash, enough to tell two samples apart by eye.
func short(_ sha256: String) -> String { String(sha256.prefix(12)) + "…" }

extension CellValue {
  /// The value with its unit.
  func text(unit: String) -> String {
    switch self {
    case .none: absent
    case .text(let text): text
    case .number(let number): quantity(number, unit: unit)
    }
  }
}

extension Cell {
  /// The tolerance with its unit; none where there is nothing to compare with.
  var toleranceText: String {
    guard let tolerance, paper != .none else { return absent }
    return "± "
      + quantity(tolerance, unit: unit == "%" ? (tolerance == 1 ? "point" : "points") : unit)
  }
}

private func quantity(_ value: Double, unit: String) -> String {
  switch unit {
  case "%": return fixed(value, decimals: 2) + " %"
  // Ratios stand below each other.
  case "" where (0.1..<1000).contains(abs(value)): return fixed(value, decimals: 2)
  case "": return brief(value)
  default:
    let isCount = value == value.rounded() && abs(value) < 1e15
    return (isCount ? grouped(Int(value)) : brief(value)) + " " + unit
  }
}
