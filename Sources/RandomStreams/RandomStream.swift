/// A stream of random numbers with a name: (seed, purpose, indices).
///
/// Streams with different names are independent, so a draw added in one moves no other, and what
/// a stream yields depends on its name and ``position`` alone, never on threads or on the order
/// in which streams are used. The name picks the upper half of Philox's counter, the position runs
/// in the lower half.
///
/// ```swift
/// var stream = RandomStream(seed: 7, purpose: "labels", indices: 0)
/// let label = stream.integer(below: 10)
/// ```
///
/// The numbers are part of this package's interface: they change only with a major version.
/// Uniform numbers, integers and permutations are the same on every machine; normal numbers use
/// the C library's logarithm, which may differ in the last place between C libraries.
public struct RandomStream: RandomNumberGenerator, Sendable {
  @usableFromInline let key: SIMD2<UInt32>
  @usableFromInline let name: SIMD2<UInt32>
  @usableFromInline var block: SIMD4<UInt32> = .zero

  @usableFromInline var drawn: UInt64 = 0

  /// The number of 64-bit words drawn so far; set it to resume or to jump.
  public var position: UInt64 {
    get { drawn }
    set {
      drawn = newValue
      if newValue & 1 == 1 { block = block(at: newValue >> 1) }
    }
  }

  /// Opens a stream at its beginning.
  ///
  /// - Parameters:
  ///   - seed: the seed that the user chose.
  ///   - purpose: what the numbers are for, such as `"initial weights"`.
  ///   - indices: which of the many streams of this purpose: epoch, layer, sample.
  public init(seed: UInt64, purpose: String, indices: Int...) {
    let key = words(seed)
    self.key = key
    // Absorb the name block by block. Lengths go first, so that no two names spell alike.
    var state = SIMD2<UInt32>(UInt32(truncatingIfNeeded: purpose.utf8.count), 0x6e61_6d65)
    func absorb(_ value: UInt64) {
      let word = words(value)
      let mixed = Philox4x32.block(counter: SIMD4(word.x, word.y, state.x, state.y), key: key)
      state = SIMD2(mixed.x, mixed.y)
    }
    absorb(UInt64(indices.count))
    for byte in purpose.utf8 { absorb(UInt64(byte)) }
    for index in indices { absorb(UInt64(bitPattern: Int64(index))) }
    name = state
  }

  @inlinable
  func block(at index: UInt64) -> SIMD4<UInt32> {
    Philox4x32.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), name.x, name.y),
      key: key)
  }

  /// The next 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    defer { drawn &+= 1 }
    if drawn & 1 == 0 {
      block = block(at: drawn >> 1)
      return UInt64(block.x) | UInt64(block.y) << 32
    }
    return UInt64(block.z) | UInt64(block.w) << 32
  }
}

private func words(_ value: UInt64) -> SIMD2<UInt32> {
  SIMD2(UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32))
}
