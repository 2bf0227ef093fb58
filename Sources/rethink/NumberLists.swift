import ArgumentParser

/// The numbers of an option, separated by commas.
///
/// - Parameters:
///   - text: what the option says.
///   - option: its name.
///   - expected: what the list is to be, in words.
///   - holds: what each number is to be; none is NaN or infinite.
/// - Returns: the numbers, at least one.
/// - Throws: `ValidationError`, which repeats option, text and what was expected.
func numbers(
  _ text: String, option: String, _ expected: String, _ holds: (Double) -> Bool
) throws -> [Double] {
  try list(text, option: option, expected) { value in value.isFinite && holds(value) }
}

/// The whole numbers of an option, separated by commas; else as ``numbers(_:option:_:_:)``.
func wholeNumbers(
  _ text: String, option: String, _ expected: String, in range: ClosedRange<Int>,
  isIncreasing: Bool = false
) throws -> [Int] {
  let values = try list(text, option: option, expected) { (value: Int) in range.contains(value) }
  if isIncreasing && !zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }) {
    throw unexpected(text, option, expected)
  }
  return values
}

private func list<Number: LosslessStringConvertible>(
  _ text: String, option: String, _ expected: String, _ holds: (Number) -> Bool
) throws -> [Number] {
  try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
    guard let value = Number(String(part)), holds(value) else {
      throw unexpected(text, option, expected)
    }
    return value
  }
}

private func unexpected(_ text: String, _ option: String, _ expected: String) -> ValidationError {
  ValidationError("\(option) \(text): \(expected) expected, separated by commas")
}
