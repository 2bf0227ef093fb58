import Kernels

extension KernelFactorization {
  /// Makes and factors the panels that are left, and times both parts.
  ///
  /// - Parameter progress: called with the share of the factorisation that is done.
  /// - Returns: wall-clock seconds.
  /// - Throws: ``KernelError/notPositiveDefinite(_:)`` with the samples that coincide.
  mutating func finish(
    progress: (Double) -> Void
  ) throws(KernelError) -> (gramSeconds: Double, factorSeconds: Double) {
    var (gram, factor) = (0.0, 0.0)
    while !isComplete {
      let watch = Stopwatch()
      let panel = nextPanel()
      let made = watch.seconds
      try append(panel)
      gram += made
      factor += watch.seconds - made
      progress(share)
    }
    return (gram, factor)
  }
}
