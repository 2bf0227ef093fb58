private import Dispatch
private import Synchronization

/// Runs a loop's bodies on the package's threads and waits for all of them.
///
/// Which thread runs which index does not matter to the result, as long as bodies write to
/// different places. Small loops run on the calling thread.
///
/// - Parameters:
///   - count: number of iterations, at least 0.
///   - body: called once for each index from 0.
package func inParallel(count: Int, _ body: @Sendable (Int) -> Void) {
  let threads = min(ThreadCount.current, count)
  if threads <= 1 {
    for i in 0..<count { body(i) }
    return
  }
  // More pieces than threads, so that triangular loops are balanced.
  let pieces = min(count, 8 * threads)
  let next = Atomic<Int>(0)
  DispatchQueue.concurrentPerform(iterations: threads) { _ in
    while true {
      let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if piece >= pieces { return }
      for i in piece * count / pieces..<(piece + 1) * count / pieces { body(i) }
    }
  }
}
