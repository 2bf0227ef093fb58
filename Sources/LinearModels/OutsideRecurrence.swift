private import LinearAlgebra

/// What a descent does, exactly and by rounding, to the weights orthogonal to all samples.
///
/// There the gradient of every loss vanishes, so each coordinate w and its velocity v obey
/// v ← μ v + δ w, w ← w - η v: from w = c = 1 and v = 0 this gives the ``factor`` of the start that
/// is left. Rounding adds to v and w in each step. The recurrence being linear, what is added once
/// is multiplied by no more than its largest response to a unit.
struct OutsideRecurrence {
  /// The norms that rounding in a step is measured by.
  struct StepSizes {
    /// b.
    var batch: Int
    /// The Frobenius norm of the batch.
    var inputs: Double
    /// That of the derivatives of the losses.
    var derivatives: Double
    /// ‖W‖ before the step.
    var weights: Double
    /// ‖V‖ before the step.
    var velocity: Double
    /// ‖V‖ after the step.
    var newVelocity = 0.0
  }

  private let configuration: DescentConfiguration
  private var state = (weight: 1.0, velocity: 0.0)
  private var mean = 1.0
  /// The largest |w| after a unit is added to w, or to v.
  private let weightResponse: Double
  private let velocityResponse: Double
  private var addedToWeights = 0.0
  private var addedToVelocity = 0.0
  private var derivatives = 0.0

  init(_ configuration: DescentConfiguration, steps: Int) {
    self.configuration = configuration
    func largest(_ start: (weight: Double, velocity: Double)) -> Double {
      var state = start
      var largest = abs(state.weight)
      for _ in 0..<steps {
        Self.advance(&state, configuration)
        largest = max(largest, abs(state.weight))
      }
      return largest
    }
    weightResponse = largest((1, 0))
    velocityResponse = largest((-configuration.stepSize, 1))
  }

  private static func advance(
    _ state: inout (weight: Double, velocity: Double), _ configuration: DescentConfiguration
  ) {
    state.velocity =
      configuration.momentum * state.velocity + configuration.weightDecay * state.weight
    state.weight -= configuration.stepSize * state.velocity
  }

  /// c, or its mean over the steps where the iterates are averaged.
  var factor: Double { configuration.averagesIterates ? mean : state.weight }

  /// Takes a step, and adds up what it rounds.
  ///
  /// The sums of b products and the μ V, δ W with them round by
  /// ε ((b + 3) (‖X_B‖ ‖R‖ + μ ‖V‖) + 3 (δ ‖W‖ + ‖V'‖)), the new weights and their mean by
  /// 8 ε (‖W‖ + η ‖V'‖).
  mutating func advance(step: Int, rounding sizes: StepSizes) {
    Self.advance(&state, configuration)
    mean += (state.weight - mean) / Double(step)
    let sums =
      sizes.inputs * sizes.derivatives + configuration.momentum * sizes.velocity
    let rest = configuration.weightDecay * sizes.weights + sizes.newVelocity
    addedToVelocity += Double.roundingUnit * (Double(sizes.batch + 3) * sums + 3 * rest)
    addedToWeights +=
      8 * Double.roundingUnit * (sizes.weights + configuration.stepSize * sizes.newVelocity)
    derivatives += sizes.derivatives
  }

  /// What rounding can have added to the weights orthogonal to the samples.
  ///
  /// - Parameter dropped: the largest singular value that counts as zero; along its direction a step
  ///   moves by no more than it times the derivatives.
  /// - Returns: a bound in the Frobenius norm.
  func drift(dropped: Double) -> Double {
    weightResponse * addedToWeights
      + velocityResponse * (addedToVelocity + dropped * derivatives)
  }
}
