import LinearAlgebra
import Synchronization
import Testing

@Suite("Parallel loops run every body once")
struct ParallelTests {
  @Test("Each index exactly once, whatever the count", arguments: [0, 1, 2, 3, 15, 16, 17, 1000])
  func coverage(_ count: Int) {
    let visits = Mutex([Int](repeating: 0, count: count))
    inParallel(count: count) { i in visits.withLock { $0[i] += 1 } }
    #expect(visits.withLock { $0 } == [Int](repeating: 1, count: count))
  }

  @Test("Columns are handed out with their entries", arguments: [0, 1, 2, 3, 5, 10, 50])
  func columns(_ n: Int) {
    var a = Matrix<Double>(rows: 3, columns: n) { i, j in Double(10 * j + i) }
    let before = a
    a.forEachColumn { j, entries in
      for i in entries.indices { entries[i] += Double(j) }
    }
    #expect(a == Matrix(rows: 3, columns: n) { i, j in before[i, j] + Double(j) })
  }

  @Test("The numerical library says what it is")
  func library() {
    #expect(numericalLibraryDescription().contains("OpenBLAS"))
    #expect(numericalLibraryDescription().hasSuffix("kernels"))
    #expect(ThreadCount.current >= 1)
  }

  @Test("The thread count is what was set last, and at least 1")
  func threadCount() async {
    await #expect(processExitsWith: .success) {
      ThreadCount.set(1)
      precondition(ThreadCount.current == 1)
      let order = Mutex([Int]())
      inParallel(count: 100) { i in order.withLock { $0.append(i) } }
      precondition(order.withLock { $0 } == Array(0..<100))
    }
    await #expect(processExitsWith: .failure) { ThreadCount.set(0) }
  }
}
