public import LinearAlgebra
private import RealModule

/// What training makes small, as a mean over the batch.
public enum Loss: String, Sendable, Codable, CaseIterable {
  /// Cross-entropy of softmax: log Σ_c exp z_c - z_y, in nats.
  case crossEntropy = "cross-entropy"
  /// Squared distance to the one-hot label: ½ Σ_c (z_c - [c = y])².
  case squared
}

/// How a network did on one batch.
public struct BatchScore: Sendable, Equatable {
  /// The mean loss; of cross-entropy in nats a sample.
  public var loss: Double
  /// The number of samples whose largest logit is that of their label.
  public var correct: Int

  /// Creates a score.
  public init(loss: Double, correct: Int) {
    self.loss = loss
    self.correct = correct
  }
}

extension Loss {
  /// The mean loss of a batch and its gradient with respect to the logits.
  ///
  /// Cross-entropy: (softmax(z_j) - e_{y_j}) / B. Squared: (z_j - e_{y_j}) / B.
  ///
  /// - Parameters:
  ///   - logits: C × B, one column a sample, B ≥ 1.
  ///   - labels: B classes.
  /// - Returns: the score and the C × B gradient.
  /// - Complexity: O(C B).
  public func evaluate<Scalar: LinearAlgebraScalar>(
    logits: Matrix<Scalar>, labels: [Int]
  ) -> (score: BatchScore, gradient: Matrix<Scalar>) {
    precondition(logits.columns == labels.count && !labels.isEmpty, "a label for each sample")
    var gradient = logits
    let classes = logits.rows
    let score = gradient.withUnsafeMutableElements { elements in
      evaluate(
        UnsafeMutableBufferPointer(start: elements, count: classes * labels.count),
        classes: classes, labels: labels)
    }
    return (score, gradient)
  }

  /// The same in place: logits go in, their gradient comes out.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func evaluate<Scalar: LinearAlgebraScalar>(
    _ values: UnsafeMutableBufferPointer<Scalar>, classes: Int, labels: [Int]
  ) -> BatchScore {
    var score = BatchScore(loss: 0, correct: 0)
    let share = 1 / Scalar(labels.count)
    for (j, label) in labels.enumerated() {
      let column = UnsafeMutableBufferPointer(rebasing: values[j * classes..<(j + 1) * classes])
      var top = 0
      for c in 1..<max(classes, 1) where column[c] > column[top] { top = c }
      if top == label { score.correct += 1 }
      switch self {
      case .crossEntropy:
        // The largest logit is taken out, so that no exponential overflows.
        let (largest, target) = (column[top], column[label])
        var sum: Scalar = 0
        for c in 0..<classes {
          column[c] = Scalar.exp(column[c] - largest)
          sum += column[c]
        }
        for c in 0..<classes { column[c] *= share / sum }
        column[label] -= share
        // In this order nothing small is lost in large logits.
        score.loss += Double(Scalar.log(sum) + (largest - target))
      case .squared:
        column[label] -= 1
        var sum: Scalar = 0
        for c in 0..<classes {
          sum += column[c] * column[c]
          column[c] *= share
        }
        score.loss += Double(sum / 2)
      }
    }
    score.loss /= Double(labels.count)
    return score
  }
}
