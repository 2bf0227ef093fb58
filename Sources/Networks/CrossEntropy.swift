public import LinearAlgebra
private import RealModule

/// How a network did on one batch.
public struct BatchScore: Sendable, Equatable {
  /// The mean cross-entropy, in nats a sample.
  public var loss: Double
  /// The number of samples whose largest logit is that of their label.
  public var correct: Int
}

/// The mean cross-entropy of softmax and its gradient with respect to the logits.
///
/// loss = (1/B) Σ_j (log Σ_c exp z_cj - z_{y_j j}), gradient (softmax(z_j) - e_{y_j}) / B.
///
/// - Parameters:
///   - logits: C × B, one column a sample, B ≥ 1.
///   - labels: B classes.
/// - Returns: the score and the C × B gradient.
/// - Complexity: O(C B).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func crossEntropy<Scalar: LinearAlgebraScalar>(
  logits: Matrix<Scalar>, labels: [Int]
) -> (score: BatchScore, gradient: Matrix<Scalar>) {
  precondition(logits.columns == labels.count && !labels.isEmpty, "a label for each sample")
  var gradient = logits
  var score = BatchScore(loss: 0, correct: 0)
  let predicted = logits.largestRowOfColumns()
  let share = 1 / Scalar(labels.count)
  for (j, label) in labels.enumerated() {
    if predicted[j] == label { score.correct += 1 }
    // The largest logit is taken out, so that no exponential overflows.
    let largest = logits[predicted[j], j]
    var sum: Scalar = 0
    for c in 0..<logits.rows {
      let value = Scalar.exp(logits[c, j] - largest)
      gradient[c, j] = value
      sum += value
    }
    for c in 0..<logits.rows { gradient[c, j] *= share / sum }
    gradient[label, j] -= share
    // In this order nothing small is lost in large logits.
    score.loss += Double(Scalar.log(sum) + (largest - logits[label, j]))
  }
  score.loss /= Double(labels.count)
  return (score, gradient)
}
