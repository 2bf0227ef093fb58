/// Places for buffers in one piece of memory, shared by those that are not in use together.
struct MemoryPlan {
  /// One buffer: its size and the first and last moment of its use.
  struct Buffer {
    var byteCount: Int
    var firstUse = Int.max
    var lastUse = Int.min

    /// Notes a use.
    mutating func use(at moment: Int) {
      firstUse = min(firstUse, moment)
      lastUse = max(lastUse, moment)
    }
  }

  /// Where each buffer begins, in bytes.
  private(set) var offsets: [Int]
  /// The bytes of the whole.
  private(set) var byteCount = 0

  /// Every buffer begins at a multiple of this, a cache line.
  static let alignment = 64

  /// Places the largest buffers first, each as low as it can lie.
  ///
  /// - Parameter buffers: sizes and uses; those without use take no room.
  /// - Complexity: O(k² log k) for k buffers.
  init(_ buffers: [Buffer]) {
    offsets = [Int](repeating: 0, count: buffers.count)
    var placed: [Int] = []
    let order = buffers.indices.filter { buffers[$0].firstUse <= buffers[$0].lastUse }
      .sorted { (buffers[$1].byteCount, $0) < (buffers[$0].byteCount, $1) }
    for index in order {
      let buffer = buffers[index]
      let size = MemoryPlan.rounded(buffer.byteCount)
      let rivals = placed.filter {
        buffers[$0].firstUse <= buffer.lastUse && buffer.firstUse <= buffers[$0].lastUse
      }.sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for rival in rivals {
        if offset + size <= offsets[rival] { break }
        offset = max(offset, offsets[rival] + MemoryPlan.rounded(buffers[rival].byteCount))
      }
      offsets[index] = offset
      byteCount = max(byteCount, offset + size)
      placed.append(index)
    }
  }

  private static func rounded(_ bytes: Int) -> Int {
    (bytes + alignment - 1) / alignment * alignment
  }
}
