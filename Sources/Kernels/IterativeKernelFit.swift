public import LinearAlgebra

/// Why an iteration ended.
public enum IterativeStop: String, Sendable, Codable, Equatable {
  /// The residual is small enough.
  case tolerance
  /// Errors on the validation sample fall no more.
  case validation
  /// As many products with K as allowed.
  case iterationLimit
  /// The residual falls no more: rounding in `Float`, or targets that no function meets.
  case stagnation
}

/// What an iterative kernel regression had reached.
public struct KernelIteration: Sendable, Codable, Equatable {
  /// Products with K so far; of stochastic gradient descent, epochs.
  public var iteration: Int
  /// ‖Y - (K + λI)α‖ / ‖Y‖, as the iteration has it on its way.
  public var relativeResidual: Double
  /// The share of wrong answers on the validation sample, where it was measured.
  public var validationError: Double?
}

/// A kernel regression that an iteration found, with what shows how near it came.
///
/// The exact coefficients are within ‖R‖ / λ_min of these, R the residual and λ_min the least
/// eigenvalue of K + λI, and the exact function within ‖R‖ / √λ_min in the RKHS norm.
public struct IterativeKernelFit<K: Kernel>: Sendable {
  /// The function that was found.
  public let function: KernelExpansion<K>
  /// The values K α of the function at its samples, n × k.
  public let fittedValues: Matrix<Double>
  /// What each iteration had reached.
  public let history: [KernelIteration]
  /// Why it ended.
  public let stop: IterativeStop
  /// Products with K taken; of stochastic gradient descent, epochs.
  public let iterations: Int
  /// The rank of the preconditioner.
  public let preconditionerRank: Int
  /// ‖Y - (K + λI)α‖ / ‖Y‖, measured in `Double` with kernel values made anew.
  public let relativeResidual: Double
  /// The largest absolute entry of that residual.
  public let maxAbsoluteResidual: Double
  /// √(αᵀKα) of each target.
  public let rkhsNorms: [Double]

  /// √tr(αᵀKα), over all targets.
  public var rkhsNorm: Double { euclideanNorm(rkhsNorms) }
}

/// Labelled inputs whose errors say when to stop.
public struct KernelValidation: Sendable {
  /// The inputs, m × d.
  public var inputs: Matrix<Double>
  /// The class of each; a target a class.
  public var labels: [Int]
  /// Products with K between two measurements, at least 1.
  public var interval: Int
  /// Measurements without improvement that end the iteration, at least 1.
  public var patience: Int

  /// Creates a validation sample.
  public init(inputs: Matrix<Double>, labels: [Int], interval: Int = 5, patience: Int = 3) {
    precondition(inputs.rows == labels.count && interval >= 1 && patience >= 1, "labelled inputs")
    self.inputs = inputs
    self.labels = labels
    self.interval = interval
    self.patience = patience
  }
}
