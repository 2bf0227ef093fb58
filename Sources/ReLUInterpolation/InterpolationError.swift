/// Why no network interpolates a sample.
///
/// Samples count from 0.
public enum InterpolationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Two samples are equal but their targets are not: no function fits both.
  case conflictingDuplicates(first: Int, second: Int)
  /// No direction drawn tells these two different samples apart in double precision.
  case notSeparated(first: Int, second: Int, draws: Int)
  /// An entry of an argument is NaN or infinite.
  case notFinite(argument: String, row: Int, column: Int)
  /// The dense matrix of LAPACK's solve would exceed a limit.
  case denseSolveTooLarge(samples: Int, limit: Int)

  /// What happened, the likely cause, and what to try.
  public var description: String {
    switch self {
    case .conflictingDuplicates(let first, let second):
      "samples \(first) and \(second) are equal but their targets differ: "
        + "no function fits both; drop one of them"
    case .notSeparated(let first, let second, let draws):
      "none of \(draws) directions separates samples \(first) and \(second): they differ by too "
        + "little for double precision; drop one of them or rescale the inputs"
    case .notFinite(let argument, let row, let column):
      "\(argument) holds NaN or infinity at row \(row), column \(column)"
    case .denseSolveTooLarge(let samples, let limit):
      "LAPACK's solve keeps a \(samples) x \(samples) matrix, the limit is \(limit) samples: "
        + "use the recurrence"
    }
  }
}
