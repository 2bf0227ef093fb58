private import NetworkFiles

/// The framing of TensorFlow's record files, in which TensorBoard's events are stored.
///
/// A record is its length as 64 bits, a checksum of these 8 bytes, the data, a checksum of the data,
/// all little-endian. The checksum is CRC-32C masked: turned right by 15 bits, plus a constant.
///
/// Source: TensorFlow, "TFRecord and tf.train.Example", format details.
enum TFRecord {
  /// The bytes before the data.
  static let headerSize = 12
  /// The bytes after the data.
  static let footerSize = 4

  /// Appends a record.
  static func append(_ data: [UInt8], to bytes: inout [UInt8]) {
    var length: [UInt8] = []
    length.append(littleEndian: UInt64(data.count))
    bytes += length
    bytes.append(littleEndian: mask(CRC32C.checksum(of: length)))
    bytes += data
    bytes.append(littleEndian: mask(CRC32C.checksum(of: data)))
  }

  /// The length of the data that follows a header; nil where the checksum is another.
  static func dataSize(header: [UInt8]) -> UInt64? {
    let length = header.prefix(8)
    guard header.suffix(4).elementsEqual(maskedBytes(of: Array(length))) else { return nil }
    return length.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Whether the bytes after a header are data and their checksum.
  static func isIntact(dataAndFooter bytes: [UInt8]) -> Bool {
    bytes.suffix(footerSize).elementsEqual(maskedBytes(of: bytes.dropLast(footerSize)))
  }

  private static func maskedBytes(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.append(littleEndian: mask(CRC32C.checksum(of: bytes)))
    return result
  }

  private static func mask(_ checksum: UInt32) -> UInt32 {
    (checksum >> 15 | checksum << 17) &+ 0xa282_ead8
  }
}

/// The cyclic redundancy check with Castagnoli's polynomial.
///
/// Source: RFC 3720, Section 12.1 and Appendix B.4.
package enum CRC32C {
  /// The check of some bytes.
  ///
  /// - Complexity: a table look-up a byte.
  package static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    var state = ~UInt32(0)
    for byte in bytes {
      state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8
    }
    return ~state
  }

  /// What eight steps of the division do to each low byte; the polynomial with its bits reversed.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { state, _ in
      state & 1 == 1 ? state >> 1 ^ 0x82f6_3b78 : state >> 1
    }
  }
}
