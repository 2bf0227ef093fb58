public import LinearAlgebra

/// Why an iteration ended.
public enum IterativeStop: String, Sendable, Codable, Equatable {
  /// The residual is small enough.
  case tolerance
  /// The mean squared error on the validation sample falls no more.
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
  /// The mean squared error there.
  public var validationLoss: Double?
}

/// How much of Y - (K + λI)α is measured at the end, in `Double` with kernel values made anew.
public enum ResidualCheck: String, Sendable, Codable, CaseIterable {
  /// All rows: n² kernel values.
  case full
  /// ``sampleRows`` random rows, which estimate the norm of all without bias in its square.
  case sample
  /// None: the residual is that of the iteration, which knows K in `Float`.
  case none

  /// The rows of a sample; of fewer, all are measured.
  public static let sampleRows = 2000
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
  /// ‖Y - (K + λI)α‖ / ‖Y‖, as ``residualRows`` rows show it.
  public let relativeResidual: Double
  /// The largest absolute entry of those rows.
  public let maxAbsoluteResidual: Double
  /// The rows of the residual that were measured in `Double` with kernel values made anew; with 0 it
  /// is that of the iteration.
  public let residualRows: Int
  /// √(αᵀKα) of each target.
  public let rkhsNorms: [Double]

  /// √tr(αᵀKα), over all targets.
  public var rkhsNorm: Double { euclideanNorm(rkhsNorms) }
}

/// Inputs that are no samples, whose mean squared error says when to stop.
///
/// It counts in small steps where the share of wrong answers moves by whole inputs. A stop by it
/// returns the coefficients with the least of them.
public struct KernelValidation: Sendable {
  /// The inputs, m × d.
  public var inputs: Matrix<Double>
  /// Their targets, m × k.
  public var targets: Matrix<Double>
  /// The columns whose largest entry is the answer.
  public var classes: Range<Int>
  /// Products with K between two measurements, at least 1.
  public var interval: Int
  /// Measurements without a gain of a thousandth that end the iteration, at least 1.
  public var patience: Int
  /// Whether the kernel values between samples and inputs are kept, n × m in `Float`; else they are
  /// made anew each time.
  public var keepsKernelValues: Bool

  /// Creates a validation sample.
  ///
  /// - Parameters:
  ///   - inputs: Z, m × d.
  ///   - targets: their targets, m × k.
  ///   - classes: the columns whose largest entry is the answer; nil for all.
  ///   - interval: products with K between two measurements, at least 1.
  ///   - patience: measurements without a gain that end the iteration, at least 1.
  ///   - keepsKernelValues: whether the kernel values are kept.
  public init(
    inputs: Matrix<Double>, targets: Matrix<Double>, classes: Range<Int>? = nil,
    interval: Int = 5, patience: Int = 3, keepsKernelValues: Bool = true
  ) {
    precondition(inputs.rows == targets.rows && interval >= 1 && patience >= 1, "inputs to measure")
    self.inputs = inputs
    self.targets = targets
    self.classes = classes ?? 0..<targets.columns
    self.interval = interval
    self.patience = patience
    self.keepsKernelValues = keepsKernelValues
  }

  /// The share of inputs whose largest value is in another column than their largest target.
  func errorRate(of values: Matrix<Float>) -> Double {
    let answers = values.columns(classes).largestColumnOfRows()
    let wrong = zip(answers, targets.columns(classes).largestColumnOfRows()).count { $0 != $1 }
    return Double(wrong) / Double(max(1, targets.rows))
  }

  /// The mean over inputs of the squared distance to their targets.
  func meanSquaredError(of values: Matrix<Float>) -> Double {
    let norm = (values.converted(to: Double.self) - targets).frobeniusNorm
    return norm * norm / Double(max(1, targets.rows))
  }
}
