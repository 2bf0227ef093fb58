private import LinearAlgebra

/// The results of a closure for each index from 0, computed on the package's threads.
func mapInParallel<Result: Sendable>(
  count: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
    if let start = buffer.baseAddress {
      nonisolated(unsafe) let start = start
      inParallel(count: count) { (start + $0).initialize(to: body($0)) }
    }
    initialized = count
  }
}
