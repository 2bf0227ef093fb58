import LinearAlgebra
import Networks
import RandomStreams
import Testing

/// Compares a gradient with central differences, by the figures of PyTorch's gradcheck.
///
/// g and d = (f(+ε) - f(-ε)) / 2ε agree when |g - d| ≤ 1e-5 + 1e-3 |d|, with ε = 1e-6.
struct GradientCheck {
  static let step = 1e-6
  static let (absolute, relative) = (1e-5, 1e-3)

  let engine: ReferenceEngine<Double>
  let batch: Batch
  let input: [Double]

  private(set) var tried = 0
  private(set) var skipped = 0

  init(_ engine: ReferenceEngine<Double>, batch: Batch, input: [Double]) {
    self.engine = engine
    self.batch = batch
    self.input = input
  }

  /// The loss in training mode after a change of the parameters, which is taken back.
  private func loss(_ change: (inout [[Double]]) -> Void) -> Double {
    let before = engine.parameters.values
    defer { engine.parameters.values = before }
    change(&engine.parameters.values)
    return engine.gradient(batch, fill: filling(input)).score.loss
  }

  /// Checks one derivative, along any change of the parameters.
  ///
  /// Where a kink lies within the step there is no derivative to compare with. One kink of ReLU or
  /// of a maximum moves d by no more than |f(+ε) - 2 f(0) + f(-ε)| / 2ε, and where that may be half
  /// the tolerance the derivative is left out. The gradient under test has no part in this choice.
  mutating func check(
    _ gradient: Double, _ name: String, atKinks: Bool,
    _ change: (inout [[Double]], Double) -> Void
  ) {
    let (step, here) = (Self.step, loss { _ in })
    let (after, before) = (loss { change(&$0, step) }, loss { change(&$0, -step) })
    let difference = (after - before) / (2 * step)
    let tolerance = Self.absolute + Self.relative * abs(difference)
    tried += 1
    if atKinks && abs(after - 2 * here + before) / (2 * step) > tolerance / 2 {
      skipped += 1
      return
    }
    #expect(
      abs(gradient - difference) <= tolerance, "\(name): \(gradient), differences \(difference)")
  }

  /// Checks up to `most` derivatives of each parameter, and one along a random direction.
  mutating func checkAll(most: Int = .max, atKinks: Bool = false, seed: Int = 0) {
    let gradient = engine.gradient(batch, fill: filling(input)).gradient
    var stream = RandomStream(seed: UInt64(seed), purpose: "coordinates")
    for (index, parameter) in engine.graph.parameters.enumerated() {
      let order = stream.permutation(of: parameter.count).prefix(most)
      for place in order {
        check(gradient[index][place], "\(parameter.name)[\(place)]", atKinks: atKinks) {
          $0[index][place] += $1
        }
      }
    }
    let direction = gradient.map { $0.map { _ in stream.normal() } }
    let norm = direction.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
    let slope = zip(gradient.joined(), direction.joined()).reduce(0) { $0 + $1.0 * $1.1 } / norm
    check(slope, "direction", atKinks: atKinks) { values, step in
      for (index, part) in direction.enumerated() {
        for (place, value) in part.enumerated() { values[index][place] += step * value / norm }
      }
    }
  }
}
