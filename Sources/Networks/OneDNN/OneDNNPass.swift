/// A planned way through the network: a list of computations on places in one piece of memory.
final class OneDNNPass {
  /// One computation, with a name for profiles.
  struct Computation {
    /// The layer, what is computed, and oneDNN's name for the code.
    var title: String
    var run: () -> Void
  }

  /// In the order in which they run.
  let computations: [Computation]
  /// The samples go here, in the graph's order.
  let input: UnsafeMutableBufferPointer<Float>
  /// The logits are found here, or, after the loss, their gradient.
  let logits: UnsafeMutableBufferPointer<Float>
  private let memory: SharedMemory

  init(
    computations: [Computation], input: UnsafeMutableBufferPointer<Float>,
    logits: UnsafeMutableBufferPointer<Float>, memory: SharedMemory
  ) {
    self.computations = computations
    self.input = input
    self.logits = logits
    self.memory = memory
  }

  func run() {
    for computation in computations { computation.run() }
  }
}

/// Memory that several passes use one after another.
final class SharedMemory {
  let start: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    start = .allocate(byteCount: max(byteCount, 1), alignment: MemoryPlan.alignment)
  }

  deinit { start.deallocate() }
}
