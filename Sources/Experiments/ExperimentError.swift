public import LinearAlgebra
public import ReLUInterpolation

/// Why an experiment could not be finished.
public enum ExperimentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The interpolating network could not be built.
  case interpolation(InterpolationError)
  /// A linear system could not be solved.
  case linearAlgebra(learner: String, LinearAlgebraError)
  /// A learner would need more memory than it may use.
  case memory(learner: String, needed: Int, limit: Int)

  /// What happened and what to try.
  public var description: String {
    switch self {
    case .interpolation(let error): "interpolant: \(error)"
    case .linearAlgebra(let learner, let error): "\(learner): \(error)"
    case .memory(let learner, let needed, let limit):
      "\(learner): \(gibibytes(needed)) GiB of memory needed, \(gibibytes(limit)) GiB may be used: "
        + "take fewer samples"
    }
  }
}

private func gibibytes(_ bytes: Int) -> Double {
  (Double(bytes) / Double(1 << 30) * 10).rounded() / 10
}

/// Runs a solve and names the learner in its error.
func solving<R>(
  for learner: String, _ body: () throws(LinearAlgebraError) -> R
) throws(ExperimentError) -> R {
  do {
    return try body()
  } catch {
    throw .linearAlgebra(learner: learner, error)
  }
}
