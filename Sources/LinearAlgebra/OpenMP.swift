private import COneDNN

// The only file that calls GNU's OpenMP, on whose threads oneDNN runs.

/// Loops on the threads that oneDNN uses, so that no second pool waits for the cores.
package enum OpenMP {
  /// Sets the number of threads of oneDNN, called from this thread.
  package static func setThreads(_ count: Int) { omp_set_num_threads(Int32(count)) }

  /// Runs a loop's body over ranges of it, on the threads that oneDNN uses.
  ///
  /// Each index belongs to one range; what a body computes must not depend on where ranges end.
  package static func inParallel(count: Int, threads: Int, _ body: (Range<Int>) -> Void) {
    if threads <= 1 || count <= 1 { return body(0..<count) }
    withoutActuallyEscaping(body) { body in
      var loop = Loop(count: count, body: body)
      withUnsafeMutablePointer(to: &loop) {
        GOMP_parallel(
          { data in
            guard let loop = data?.assumingMemoryBound(to: Loop.self).pointee else { return }
            let (thread, threads) = (Int(omp_get_thread_num()), Int(omp_get_num_threads()))
            let range = thread * loop.count / threads..<(thread + 1) * loop.count / threads
            if !range.isEmpty { loop.body(range) }
          }, $0, UInt32(threads), 0)
      }
    }
  }

  private struct Loop {
    var count: Int
    var body: (Range<Int>) -> Void
  }
}
