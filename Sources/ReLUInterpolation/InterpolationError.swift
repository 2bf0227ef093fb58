/// Why no network interpolates a sample.
///
/// Samples count from 0.
public enum InterpolationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Two samples are equal but their targets are not: no function fits both.
  case conflictingDuplicates(first: Int, second: Int)
  /// No direction drawn tells these two different samples apart: along each, two samples have
  /// equal projections, such as these along the last one.
  case notSeparated(first: Int, second: Int, draws: Int)
  /// Along each direction drawn two samples have different projections, such as these along the
  /// last one, but no double lies between them.
  case noRoomForThreshold(first: Int, second: Int, draws: Int)
  /// The projection of a sample, or its distance to the others, exceeds the largest double.
  case projectionOverflow(sample: Int)
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
        + "little for this precision; drop one of them, rescale the inputs or fit exactly"
    case .noRoomForThreshold(let first, let second, let draws):
      "along none of \(draws) directions a number lies between the projections of samples "
        + "\(first) and \(second): place thresholds at the previous point (fraction 0)"
    case .projectionOverflow(let sample):
      "the projection of sample \(sample) exceeds the largest double: rescale the inputs"
    case .notFinite(let argument, let row, let column):
      "\(argument) holds NaN or infinity at row \(row), column \(column)"
    case .denseSolveTooLarge(let samples, let limit):
      "LAPACK's solve keeps a \(samples) x \(samples) matrix, the limit is \(limit) samples: "
        + "use the recurrence"
    }
  }
}
