internal import LinearAlgebra

/// Parameters that lie side by side, with their gradient and their velocity in the same order.
final class ParameterBlock {
  /// The number of values, padding included.
  let count: Int
  /// The order that a primitive wants; nil for the graph's own.
  let layout: TensorLayout?
  /// Whether weight decay acts on them.
  let decays: Bool
  /// Whether the velocity is made by the gradient's product itself, so that no gradient is kept.
  let foldsMomentum: Bool
  let values: UnsafeMutablePointer<Float>
  let velocity: UnsafeMutablePointer<Float>
  let gradient: UnsafeMutablePointer<Float>

  init(count: Int, layout: TensorLayout? = nil, decays: Bool, foldsMomentum: Bool = false) {
    (self.count, self.layout) = (count, layout)
    (self.decays, self.foldsMomentum) = (decays, foldsMomentum)
    values = ParameterBlock.zeros(count)
    velocity = ParameterBlock.zeros(count)
    gradient = foldsMomentum ? velocity : ParameterBlock.zeros(count)
  }

  deinit {
    values.deallocate()
    velocity.deallocate()
    if !foldsMomentum { gradient.deallocate() }
  }

  private static func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: MemoryPlan.alignment)
    let values = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    values.initialize(repeating: 0, count: max(count, 1))
    return values
  }

  /// v ← μ v + g, where the gradient's product has not done it, then v ← v + λ w, w ← w - η v.
  func step(_ rule: StepRule, threads: Int) {
    let (rate, momentum) = (Float(rule.learningRate), Float(rule.momentum))
    let decay = decays ? Float(rule.weightDecay) : 0
    let (w, v, g) = (values, velocity, gradient)
    let folds = foldsMomentum
    OpenMP.inParallel(count: count, threads: count < 1 << 14 ? 1 : threads) { range in
      switch (folds, decay == 0) {
      case (true, true):
        for i in range { w[i] -= rate * v[i] }
      case (true, false):
        for i in range {
          v[i] += decay * w[i]
          w[i] -= rate * v[i]
        }
      case (false, _):
        for i in range {
          v[i] = momentum * v[i] + g[i] + decay * w[i]
          w[i] -= rate * v[i]
        }
      }
    }
  }
}
