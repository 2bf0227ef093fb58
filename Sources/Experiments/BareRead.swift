import Certificates
import LinearAlgebra
import ReLUInterpolation
private import Synchronization

// What reading a sample costs at the least: every byte goes into a sum of machine words, so that
// nothing but the reading takes time. The sums are returned so that they are not optimised away.

extension ByteSampleSource {
  /// The sum of all machine words of all blocks, modulo 2⁶⁴, each byte read once.
  func wordSum() -> UInt64 {
    let total = Atomic<UInt64>(0)
    forEachBlock { _, bytes in
      total.wrappingAdd(sum(UnsafeRawBufferPointer(bytes)), ordering: .relaxed)
    }
    return total.load(ordering: .relaxed)
  }
}

/// The sum of the bit patterns of all entries, modulo 2⁶⁴.
func wordSum(_ matrix: Matrix<Double>) -> UInt64 {
  let total = Atomic<UInt64>(0)
  let (count, size) = (matrix.rows * matrix.columns, 1 << 14)
  matrix.withUnsafeElements { start in
    nonisolated(unsafe) let start = start
    inParallel(count: (count + size - 1) / size) { block in
      let entries = block * size..<min(count, (block + 1) * size)
      let bytes = UnsafeRawBufferPointer(
        UnsafeBufferPointer(start: start + entries.lowerBound, count: entries.count))
      total.wrappingAdd(sum(bytes), ordering: .relaxed)
    }
  }
  return total.load(ordering: .relaxed)
}

private func sum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  var sum: UInt64 = 0
  let whole = bytes.count / 8 * 8
  for offset in stride(from: 0, to: whole, by: 8) {
    sum &+= bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
  for offset in whole..<bytes.count { sum &+= UInt64(bytes[offset]) }
  return sum
}

extension ByteSampleSource {
  /// The bytes of consecutive samples, read on all threads.
  func bytes(of samples: Range<Int>) -> [UInt8] {
    let dimension = dimension
    return [UInt8](unsafeUninitializedCapacity: samples.count * dimension) { target, initialized in
      nonisolated(unsafe) let target = target
      let pieces = min(samples.count, 64)
      inParallel(count: pieces) { piece in
        let rows = piece * samples.count / pieces..<(piece + 1) * samples.count / pieces
        withBytes(
          of: samples.lowerBound + rows.lowerBound..<samples.lowerBound + rows.upperBound
        ) { bytes in
          _ = UnsafeMutableBufferPointer(
            rebasing: target[rows.lowerBound * dimension..<rows.upperBound * dimension]
          ).initialize(fromContentsOf: bytes)
        }
      }
      initialized = samples.count * dimension
    }
  }

  /// The samples as the certificate's own code reads them.
  var blocks: SampleBlocks<Never> {
    SampleBlocks(count: count, dimension: dimension) { .bytes(bytes(of: $0)) }
  }
}
