public import LinearAlgebra

/// What was measured at one step of a descent.
public struct DescentMeasurement: Sendable, Codable, Equatable {
  /// The number of steps taken, t.
  public var step: Int
  /// ‖W - W*‖ with W* = X⁺ Y the minimum-norm solution.
  public var distanceToMinimumNorm: Double
  /// ‖W - L‖ with L the limit asked for; nil without one.
  public var distanceToLimit: Double?
  /// ‖W‖.
  public var norm: Double
  /// ‖P W‖ with P the projection onto what is orthogonal to all samples.
  public var outsideNorm: Double
  /// ‖P W - c P W₀‖ with c the factor that weight decay alone leaves of the start, 1 without it.
  ///
  /// Zero but for rounding, for every loss and all batches: a step adds combinations of samples.
  public var outsideDrift: Double
  /// What ``outsideDrift`` can be by rounding.
  public var outsideDriftBound: Double
  /// The loss, summed over samples and targets, without the decay's term.
  public var trainingLoss: Double
  /// The share of training samples with a wrong answer, from 0 to 1; see ``answerError(outputs:targets:)``.
  public var trainingError: Double
  /// The same for the test samples; nil where there are none.
  public var testError: Double?
  /// ‖W / ‖W‖ - D / ‖D‖‖ with D the direction asked for; nil without one, and where W is 0.
  public var directionGap: Double?
  /// The least y ⟨x, w⟩ / ‖w‖ of the training samples; nil for several columns, and where w is 0.
  public var leastMargin: Double?
  /// What is left of the error in each of the leading eigendirections vᵢ of XᵀX:
  /// ⟨vᵢᵀ(W - W*), vᵢᵀ(W₀ - W*)⟩ / ‖vᵢᵀ(W₀ - W*)‖²; nil where the start had no error.
  public var eigendirectionDecay: [Double?]
  /// (1 - η λᵢ)^t, which gradient descent on the squared loss without momentum and decay leaves.
  public var predictedDecay: [Double]
}

/// The share of samples with a wrong answer.
///
/// With one column an answer is right if output and target have the same sign, none being 0; with
/// more, if the largest output is in the column of the largest target.
///
/// - Parameters:
///   - outputs: X W, n × k.
///   - targets: Y, n × k.
/// - Returns: from 0 to 1; 0 where there is no sample or no column.
/// - Complexity: O(n k).
public func answerError(outputs: Matrix<Double>, targets: Matrix<Double>) -> Double {
  precondition(
    outputs.rows == targets.rows && outputs.columns == targets.columns, "a target for each output")
  if outputs.elements.isEmpty { return 0 }
  let wrong =
    outputs.columns == 1
    ? (0..<outputs.rows).count { !(outputs[$0, 0] * targets[$0, 0] > 0) }
    : zip(outputs.largestColumnOfRows(), targets.largestColumnOfRows()).count { $0 != $1 }
  return Double(wrong) / Double(outputs.rows)
}
