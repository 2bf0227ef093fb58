private import LinearAlgebra

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
  /// Exact where the direction holds integers with 255 Σ |a_j| ≤ 2⁵³; otherwise summed in doubles
  /// in the order of the coordinates. In both cases those of a matrix of the same numbers.
  ///
  /// - Parameter direction: a, d numbers.
  /// - Returns: n numbers.
  /// - Complexity: O(n d) time, O(n) memory beside a block a thread.
  public func projections(along direction: [Double]) -> [Double] {
    precondition(direction.count == dimension, "a direction has the samples' dimension")
    let integers = exactIntegers(direction)
    return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      nonisolated(unsafe) let buffer = buffer
      forEachBlock { samples, bytes in
        for (row, sample) in samples.enumerated() {
          let bytes = UnsafeBufferPointer(
            rebasing: bytes[row * dimension..<(row + 1) * dimension])
          buffer.initializeElement(
            at: sample,
            to: integers.map { exactProjection(bytes, $0) } ?? projection(bytes, direction))
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

/// The entries of a direction along which sums over bytes are exact, nil for another direction.
private func exactIntegers(_ direction: [Double]) -> [Int32]? {
  let integers = direction.compactMap(Int32.init(exactly:))
  let largest = integers.reduce(0) { $0 + Int($1.magnitude) }.multipliedReportingOverflow(by: 255)
  guard integers.count == direction.count, !largest.overflow, largest.partialValue <= 1 << 53
  else { return nil }
  return integers
}

/// A sum in integers, which vector units form in any order.
private func exactProjection(_ bytes: UnsafeBufferPointer<UInt8>, _ direction: [Int32]) -> Double {
  direction.withUnsafeBufferPointer { direction in
    var sum: Int64 = 0
    for j in 0..<bytes.count { sum &+= Int64(bytes[j]) &* Int64(direction[j]) }
    return Double(sum)
  }
}

private func projection(_ bytes: UnsafeBufferPointer<UInt8>, _ direction: [Double]) -> Double {
  direction.withUnsafeBufferPointer { direction in
    var sum = 0.0
    for j in 0..<bytes.count { sum += direction[j] * Double(bytes[j]) }
    return sum
  }
}
