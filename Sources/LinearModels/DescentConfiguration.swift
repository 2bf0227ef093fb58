import LinearAlgebra

/// How to descend.
///
/// With G the gradient of the summed loss of a batch, each step is V ← μ V + G + δ W and then
/// W ← W - η V, from V = 0: heavy-ball momentum (Polyak 1964) and the decay of ‖W‖² δ / 2.
public struct DescentConfiguration: Sendable, Codable, Hashable {
  /// The loss of an output.
  public var loss: DescentLoss
  /// η > 0, for losses summed over the batch.
  public var stepSize: Double
  /// The samples of each step.
  public var batches: DescentBatches
  /// μ, from 0 to below 1.
  public var momentum: Double
  /// δ, at least 0.
  public var weightDecay: Double
  /// Whether the path is that of the mean of W₁ … W_t instead of W_t (Polyak and Juditsky 1992).
  public var averagesIterates: Bool
  /// The seed of the streams that batches come from.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - loss: the loss.
  ///   - stepSize: η > 0.
  ///   - batches: the samples of each step; all by default.
  ///   - momentum: μ, from 0 to below 1.
  ///   - weightDecay: δ, at least 0.
  ///   - averagesIterates: whether to follow the mean of the weights.
  ///   - seed: the seed of the batches.
  public init(
    loss: DescentLoss = .squared, stepSize: Double, batches: DescentBatches = .full,
    momentum: Double = 0, weightDecay: Double = 0, averagesIterates: Bool = false,
    seed: UInt64 = 0
  ) {
    self.loss = loss
    self.stepSize = stepSize
    self.batches = batches
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.averagesIterates = averagesIterates
    self.seed = seed
  }

  /// The step size above which the descent diverges, as far as the curvature tells.
  ///
  /// 2 (1 + μ) / (λ b / n + δ) for the squared loss and batches of b out of n samples, with λ the
  /// largest eigenvalue of XᵀX; without momentum and decay and with all samples it is 2 / λ. In
  /// batches drawn with replacement, the mean of the path diverges above it. The other losses
  /// flatten, so the decay alone sets their limit, 2 (1 + μ) / δ.
  ///
  /// Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods".
  ///
  /// - Parameters:
  ///   - largestEigenvalue: λ, at least 0.
  ///   - samples: n.
  /// - Returns: the limit; infinite where nothing curves.
  public func stepSizeLimit(largestEigenvalue: Double, samples: Int) -> Double {
    let share = samples == 0 ? 0 : Double(batches.size(of: samples)) / Double(samples)
    let curvature = loss == .squared ? largestEigenvalue * share : 0
    return 2 * (1 + momentum) / (curvature + weightDecay)
  }

  /// A step size with which no step lengthens the distance to a minimiser of its batch.
  ///
  /// 1 / (c + δ) with c a bound on the curvature of a batch of b out of n samples. For the squared
  /// loss c is b R² with R the longest sample or, if that is less and no sample is drawn twice, λ;
  /// for the logistic loss a quarter of it; for the exponential loss, whose curvature is at most R²
  /// times the loss of the batch, c is b R² as long as the mean loss is at most 1, its value at
  /// W = 0. Momentum may lengthen single steps. The receiver's own step size does not matter.
  ///
  /// - Parameters:
  ///   - largestEigenvalue: λ, at least 0, the largest eigenvalue of XᵀX.
  ///   - largestSquaredNorm: R², at least 0, the largest ‖xᵢ‖².
  ///   - samples: n.
  /// - Returns: the step size; 1 where nothing curves.
  public func safeStepSize(
    largestEigenvalue: Double, largestSquaredNorm: Double, samples: Int
  ) -> Double {
    let batch = Double(batches.size(of: samples)) * largestSquaredNorm
    let square =
      if case .withReplacement = batches { batch } else { min(largestEigenvalue, batch) }
    let curvature: Double =
      switch loss {
      case .squared: square
      case .logistic: square / 4
      case .exponential: batch
      }
    return curvature + weightDecay > 0 ? 1 / (curvature + weightDecay) : 1
  }

  /// Checks the options by themselves.
  func checkRanges() throws(DescentError) {
    if !(stepSize > 0 && stepSize.isFinite) {
      throw .optionOutOfRange(name: "step size", value: stepSize, range: "a positive number")
    }
    if !(momentum >= 0 && momentum < 1) {
      throw .optionOutOfRange(name: "momentum", value: momentum, range: "0 to below 1")
    }
    if !(weightDecay >= 0 && weightDecay.isFinite) {
      throw .optionOutOfRange(name: "weight decay", value: weightDecay, range: "0 or more")
    }
    switch batches {
    case .withReplacement(let size) where size < 1, .withoutReplacement(let size) where size < 1:
      throw .optionOutOfRange(name: "batch size", value: Double(size), range: "1 or more")
    default: break
    }
  }

  /// Checks that the loss has labels where it wants them.
  func checkTargets(_ targets: Matrix<Double>) throws(DescentError) {
    if loss == .squared { return }
    if let index = targets.elements.firstIndex(where: { abs($0) != 1 }) {
      throw .notALabel(
        sample: index % targets.rows, column: index / targets.rows, value: targets.elements[index])
    }
  }

  /// Checks the step size against a sample.
  func checkStepSize(largestEigenvalue: Double, samples: Int) throws(DescentError) {
    let limit = stepSizeLimit(largestEigenvalue: largestEigenvalue, samples: samples)
    if stepSize > limit { throw .stepTooLarge(stepSize: stepSize, limit: limit) }
  }
}
