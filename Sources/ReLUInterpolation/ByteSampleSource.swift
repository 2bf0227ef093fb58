private import LinearAlgebra
private import ReLUNetworks

/// Samples of bytes that are there a block at a time: read, mapped or drawn.
///
/// ``withBytes(of:_:)`` is all that a type must say; projections follow from it, exact ones along an
/// integer direction.
public protocol ByteSampleSource: SampleSource {
  /// Calls a closure with the bytes of consecutive samples, one sample after the other.
  ///
  /// It may be called on several threads at once, and more than once for one sample: the bytes must
  /// be the same each time.
  ///
  /// - Parameters:
  ///   - samples: which ones, counted from 0.
  ///   - body: receives d bytes for each of them; they are valid only during the call.
  func withBytes(of samples: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Void)
}

extension ByteSampleSource {
  /// Visits all samples once, in blocks that fit a thread's cache, on all threads.
  ///
  /// - Parameter body: receives a range of samples and their bytes, one sample after the other.
  /// - Complexity: O(n d) time; a block a thread in memory.
  public func forEachBlock(
    _ body: @Sendable (_ samples: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Void
  ) {
    let size = max(1, blockBytes / max(1, dimension))
    inParallel(count: (count + size - 1) / size) { block in
      let samples = block * size..<min(count, (block + 1) * size)
      withBytes(of: samples) { body(samples, $0) }
    }
  }

  /// The projections of the samples.
  ///
  /// Exact where the direction holds integers with 255 Σ |a_j| ≤ 2⁵³; always those of a matrix of
  /// the same numbers.
  ///
  /// - Parameter direction: a, d numbers.
  /// - Returns: n numbers.
  /// - Complexity: O(n d) time, O(n) memory beside a block a thread.
  public func projections(along direction: [Double]) -> [Double] {
    precondition(direction.count == dimension, "a direction has the samples' dimension")
    let integers = IntegerDirection(exactly: direction)
    return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      nonisolated(unsafe) let buffer = buffer
      forEachBlock { samples, bytes in
        let target = UnsafeMutableBufferPointer(rebasing: buffer[samples])
        if let integers {
          for row in target.indices {
            let sample = bytes[row * dimension..<(row + 1) * dimension]
            target.initializeElement(
              at: row, to: integers.projection(of: UnsafeBufferPointer(rebasing: sample)))
          }
        } else {
          let block = Matrix<Float>(rows: samples.count, columns: dimension) { row, column in
            Float(bytes[row * dimension + column])
          }
          _ = target.initialize(
            fromContentsOf: ReLUNetworks.projections(of: block, along: direction))
        }
      }
      initialized = count
    }
  }

  /// Whether two samples hold the same bytes.
  ///
  /// - Parameters:
  ///   - first: a sample, counted from 0.
  ///   - second: another one.
  /// - Returns: whether they are equal.
  /// - Complexity: O(d).
  public func areEqual(_ first: Int, _ second: Int) -> Bool {
    var equal = false
    withBytes(of: first..<first + 1) { one in
      withBytes(of: second..<second + 1) { other in equal = one.elementsEqual(other) }
    }
    return equal
  }

  /// Bytes are finite: throws nothing.
  public func checkFinite() throws(InterpolationError) {}
}

/// Bytes of a block: some rows of an image set, within a core's second cache.
private let blockBytes = 1 << 17

/// A direction along which sums over bytes are exact.
///
/// Its entries are split as a = 2¹⁶ h + l with h and l of 16 bits: vector units multiply those, and
/// sum them in 32 bits, four times as many at once as products of 64 bits.
private struct IntegerDirection {
  private var low: [Int16] = []
  private var high: [Int16] = []
  /// The entries whose h is 2¹⁵, one too large for 16 bits; -2¹⁵ stands there.
  private var wrapped: [Int] = []

  /// Splits the entries; nil where they are not integers with 255 Σ |a_j| ≤ 2⁵³.
  init?(exactly direction: [Double]) {
    var total = 0
    for (j, entry) in direction.enumerated() {
      guard let entry = Int32(exactly: entry) else { return nil }
      total += 255 * Int(entry.magnitude)
      if total > 1 << 53 { return nil }
      let low = Int16(truncatingIfNeeded: entry)
      let high = (Int(entry) - Int(low)) >> 16
      self.low.append(low)
      self.high.append(Int16(truncatingIfNeeded: high))
      if high > Int16.max { wrapped.append(j) }
    }
  }

  func projection(of bytes: UnsafeBufferPointer<UInt8>) -> Double {
    var sum = 0
    low.withUnsafeBufferPointer { low in
      high.withUnsafeBufferPointer { high in
        // 2⁸ products of a byte and 16 bits stay below 2³¹.
        for start in stride(from: 0, to: bytes.count, by: 1 << 8) {
          var (lows, highs): (Int32, Int32) = (0, 0)
          for j in start..<min(start + 1 << 8, bytes.count) {
            let byte = Int32(bytes[j])
            lows &+= byte &* Int32(low[j])
            highs &+= byte &* Int32(high[j])
          }
          sum += Int(highs) << 16 + Int(lows)
        }
      }
    }
    for j in wrapped { sum += Int(bytes[j]) << 32 }
    return Double(sum)
  }
}
