public import LinearAlgebra

/// Why a descent did not run, or was given up.
public enum DescentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A matrix holds no numbers, or its singular values could not be found.
  case linearAlgebra(LinearAlgebraError)
  /// The step size is above the largest one that does not diverge.
  case stepTooLarge(stepSize: Double, limit: Double)
  /// An option is out of its range.
  case optionOutOfRange(name: String, value: Double, range: String)
  /// A target of a loss of labels is neither 1 nor -1.
  case notALabel(sample: Int, column: Int, value: Double)
  /// The path left all bounds at this step.
  case diverged(step: Int, loss: Double)

  /// What happened, the likely cause, and what to try.
  public var description: String {
    switch self {
    case .linearAlgebra(let error): "\(error)"
    case .stepTooLarge(let stepSize, let limit):
      "the step size \(stepSize) is above \(limit), beyond which descent diverges; "
        + "take half of that"
    case .optionOutOfRange(let name, let value, let range):
      "the \(name) is \(value): \(range) expected"
    case .notALabel(let sample, let column, let value):
      "the target \(value) of sample \(sample) in column \(column) is no label: "
        + "1 or -1 expected for this loss"
    case .diverged(let step, let loss):
      "descent diverged: at step \(step) the training loss is \(loss); take a smaller step size"
    }
  }
}

/// Runs something of linear algebra, with its errors as those of a descent.
func descending<Result>(
  _ body: () throws(LinearAlgebraError) -> Result
) throws(DescentError) -> Result {
  do { return try body() } catch { throw .linearAlgebra(error) }
}
