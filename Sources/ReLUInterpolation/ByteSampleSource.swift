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
    let bytes = UnsafeRawBufferPointer(bytes)
    var sum = 0
    low.withUnsafeBytes { low in
      high.withUnsafeBytes { high in
        let whole = bytes.count / 8 * 8
        // A lane sums 2⁸ products of a byte and 16 bits, which stay below 2³¹.
        for start in stride(from: 0, to: whole, by: 1 << 10) {
          var (lows, highs) = (SIMD4<Int32>.zero, SIMD4<Int32>.zero)
          for j in stride(from: start, to: min(start + 1 << 10, whole), by: 8) {
            let eight = bytes.loadUnaligned(fromByteOffset: j, as: SIMD8<UInt8>.self)
            lows &+= pairSums(
              eight, low.loadUnaligned(fromByteOffset: 2 * j, as: SIMD8<Int16>.self))
            highs &+= pairSums(
              eight, high.loadUnaligned(fromByteOffset: 2 * j, as: SIMD8<Int16>.self))
          }
          for lane in 0..<4 { sum += Int(highs[lane]) << 16 + Int(lows[lane]) }
        }
        for j in whole..<bytes.count {
          let low = Int(low.loadUnaligned(fromByteOffset: 2 * j, as: Int16.self))
          let high = Int(high.loadUnaligned(fromByteOffset: 2 * j, as: Int16.self))
          sum += Int(bytes[j]) * (high << 16 + low)
        }
      }
    }
    for j in wrapped { sum += Int(bytes[j]) << 32 }
    return Double(sum)
  }
}

/// The sums of neighbouring products, which is one instruction of a vector unit.
@inline(__always)
private func pairSums(_ bytes: SIMD8<UInt8>, _ entries: SIMD8<Int16>) -> SIMD4<Int32> {
  let products =
    SIMD8<Int32>(truncatingIfNeeded: bytes) &* SIMD8<Int32>(truncatingIfNeeded: entries)
  return products.evenHalf &+ products.oddHalf
}
