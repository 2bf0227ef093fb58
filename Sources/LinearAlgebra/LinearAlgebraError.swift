/// Why a matrix could not be factored or a system not be solved.
///
/// Indices count from 0.
public enum LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The leading minor that ends at this row is not positive.
  case notPositiveDefinite(pivot: Int)
  /// A triangular matrix has a zero on its diagonal.
  case singular(pivot: Int)
  /// An entry of an argument is NaN or infinite.
  case notFinite(argument: String, row: Int, column: Int)
  /// An iteration of LAPACK did not converge.
  case didNotConverge(routine: String, count: Int)
  /// A LAPACK routine would count past its 32-bit integers.
  case tooLarge(routine: String, size: Int, largest: Int)

  /// What happened, the likely cause, and what to try.
  public var description: String {
    switch self {
    case .notPositiveDefinite(let pivot):
      "the matrix is not positive definite: pivot \(pivot) is not positive; "
        + "two samples may coincide, or nearly: add a ridge, or look at sample \(pivot)"
    case .singular(let pivot):
      "the triangular matrix is singular: its diagonal entry \(pivot) is zero"
    case .notFinite(let argument, let row, let column):
      "\(argument) holds NaN or infinity at row \(row), column \(column)"
    case .didNotConverge(let routine, let count):
      "\(routine) did not converge: \(count) values were left; "
        + "the matrix may be badly scaled: divide it by its largest entry"
    case .tooLarge(let routine, let size, let largest):
      "\(routine) counts in 32 bits, for matrices of size \(largest) at most, \(size) found: "
        + "take a factorisation by panels, or fewer rows"
    }
  }
}

/// Reads LAPACK's `info` for the two cases that every routine shares.
///
/// A negative value is a defect of the caller in this module, never of the user's data.
func checkArguments(_ info: Int, of routine: String) {
  precondition(info >= 0, "\(routine): argument \(-info) is wrong")
}
