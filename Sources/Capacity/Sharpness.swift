internal import LinearAlgebra
public import Networks

/// How much the loss can grow in a small box around a network's parameters.
///
/// φ = 100 · (max_v L(w + v) - L(w)) / (1 + L(w)) over |v_i| ≤ ε (|w_i| + 1). The maximum is sought by
/// steps along the sign of the gradient, each kept in the box, so that φ is a lower bound.
///
/// Source: Keskar, Mudigere, Nocedal, Smelyanskiy, Tang, "On large-batch training for deep learning"
/// (ICLR 2017), Metric 2.1 with A = I.
public struct Sharpness: Sendable, Codable, Equatable {
  /// φ, at least 0.
  public var value: Double
  /// L(w), the mean loss.
  public var loss: Double
  /// The largest mean loss found in the box.
  public var largestLoss: Double

  /// Seeks the largest loss.
  ///
  /// - Parameters:
  ///   - engine: holds the network, and still does at the end.
  ///   - source: the sample.
  ///   - loss: the engine's loss.
  ///   - reach: ε > 0.
  ///   - steps: how many, at least 1; the first goes to a corner of the box, the others half as far
  ///     from there as the one before.
  /// - Complexity: as that of `steps` gradients and evaluations of the sample.
  public init<Engine: NetworkEngine>(
    of engine: Engine, source: some BatchSource<Engine.Scalar>, loss: Loss, reach: Double = 1e-3,
    steps: Int = 5
  ) {
    precondition(reach > 0 && steps >= 1, "a box, and steps")
    let trained = engine.parameters
    defer { engine.parameters = trained }
    self.loss = loss.mean(engine.allLogits(source), source.labels)
    largestLoss = self.loss
    let centre = trained.values.map { $0.map { Double($0) } }
    let box = centre.map { $0.map { reach * (abs($0) + 1) } }
    var change = centre.map { $0.map { _ in 0.0 } }
    var length = 1.0
    for _ in 0..<steps {
      let gradient = engine.meanGradient(source).gradient
      var moved = trained
      for place in change.indices {
        for i in change[place].indices {
          let slope = gradient[place][i]
          let side = slope > 0 ? box[place][i] : slope < 0 ? -box[place][i] : 0
          let next = change[place][i] + length * side
          change[place][i] = min(max(next, -box[place][i]), box[place][i])
          moved.values[place][i] = Engine.Scalar(centre[place][i] + change[place][i])
        }
      }
      engine.parameters = moved
      largestLoss = max(largestLoss, loss.mean(engine.allLogits(source), source.labels))
      length /= 2
    }
    value = 100 * (largestLoss - self.loss) / (1 + self.loss)
  }
}
