private import RandomStreams

/// Samples of bytes in memory.
public struct ByteSamples: ByteSampleSource, Equatable {
  /// The number of samples n.
  public let count: Int
  /// The input dimension d.
  public let dimension: Int
  /// n d bytes, one sample after the other.
  public let bytes: [UInt8]

  /// Wraps bytes.
  ///
  /// - Parameters:
  ///   - count: the number of samples n.
  ///   - dimension: the input dimension d.
  ///   - bytes: n d bytes, one sample after the other.
  public init(count: Int, dimension: Int, bytes: [UInt8]) {
    precondition(count >= 0 && dimension >= 0, "no negative size")
    precondition(bytes.count == count * dimension, "as many bytes as coordinates")
    self.count = count
    self.dimension = dimension
    self.bytes = bytes
  }

  /// Calls a closure with the bytes of consecutive samples.
  ///
  /// - Parameters:
  ///   - samples: which ones, counted from 0.
  ///   - body: receives d bytes for each of them.
  public func withBytes(of samples: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer {
      body(
        UnsafeBufferPointer(
          rebasing: $0[samples.lowerBound * dimension..<samples.upperBound * dimension]))
    }
  }
}

/// Uniformly random bytes that are drawn whenever they are asked for, and kept nowhere.
///
/// Sample i takes ⌈d / 8⌉ words of one stream from word i ⌈d / 8⌉ on, so each is drawn alone and in
/// any order.
public struct RandomBytes: ByteSampleSource, Equatable {
  /// The number of samples n.
  public let count: Int
  /// The input dimension d.
  public let dimension: Int
  /// Names the draw.
  public let seed: UInt64
  /// Which of the samples of this seed.
  public let index: Int

  /// Names the samples; nothing is drawn yet.
  ///
  /// - Parameters:
  ///   - count: the number of samples n.
  ///   - dimension: the input dimension d.
  ///   - seed: names the draw.
  ///   - index: which of the samples of this seed, such as 0 for training and 1 for testing.
  public init(count: Int, dimension: Int, seed: UInt64, index: Int = 0) {
    precondition(count >= 0 && dimension >= 0, "no negative size")
    self.count = count
    self.dimension = dimension
    self.seed = seed
    self.index = index
  }

  /// Draws the bytes of consecutive samples and calls a closure with them.
  ///
  /// - Parameters:
  ///   - samples: which ones, counted from 0.
  ///   - body: receives d bytes for each of them; they are valid only during the call.
  public func withBytes(of samples: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    let size = samples.count * dimension
    // Room for the last word, of which a sample may need a part.
    withUnsafeTemporaryAllocation(byteCount: size + 8, alignment: 8) { block in
      let words = (dimension + 7) / 8
      var stream = RandomStream(seed: seed, purpose: "random bytes", indices: index)
      stream.position = UInt64(samples.lowerBound * words)
      for row in 0..<samples.count {
        for word in 0..<words {
          // What a sample leaves of its last word, the next sample overwrites.
          block.storeBytes(
            of: stream.next().littleEndian, toByteOffset: row * dimension + 8 * word,
            as: UInt64.self)
        }
      }
      body(UnsafeBufferPointer(rebasing: block.bindMemory(to: UInt8.self)[..<size]))
    }
  }
}
