/// A message in the wire format of protocol buffers.
///
/// The size of a message is known before its bytes are made: the format wants it in front of each
/// nested message, and large contents are then written once, in their place.
///
/// Source: Google, "Protocol Buffers: Encoding".
package struct ProtocolBufferMessage: Sendable {
  private enum Content: Sendable {
    case number(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case text(String)
    case message(ProtocolBufferMessage)
    case stream(byteCount: Int, append: @Sendable (inout [UInt8]) -> Void)

    var wireType: WireType {
      switch self {
      case .number: .varint
      case .fixed64: .fixed64
      case .text, .message, .stream: .lengthDelimited
      case .fixed32: .fixed32
      }
    }
  }

  private var fields: [(number: Int, content: Content)] = []

  /// The size in bytes, without the length that a surrounding message writes before it.
  package private(set) var byteCount = 0

  /// Creates a message without fields.
  package init() {}

  /// Adds an integer or an enumeration's number, at least 0.
  package mutating func add(_ field: Int, _ number: Int) {
    let number = UInt64(number)
    fields.append((field, .number(number)))
    byteCount += varintSize(tag(field, .varint)) + varintSize(number)
  }

  /// Adds a number of double precision.
  package mutating func add(_ field: Int, _ number: Double) {
    fields.append((field, .fixed64(number.bitPattern)))
    byteCount += varintSize(tag(field, .fixed64)) + 8
  }

  /// Adds a number of single precision.
  package mutating func add(_ field: Int, _ number: Float) {
    fields.append((field, .fixed32(number.bitPattern)))
    byteCount += varintSize(tag(field, .fixed32)) + 4
  }

  /// Adds numbers of double precision as one packed field.
  package mutating func add(_ field: Int, _ numbers: [Double]) {
    add(field, byteCount: 8 * numbers.count) { bytes in
      NetworkFiles.append(numbers, to: &bytes)
    }
  }

  /// Adds a text.
  package mutating func add(_ field: Int, _ text: String) {
    fields.append((field, .text(text)))
    count(field, text.utf8.count)
  }

  /// Adds a nested message.
  package mutating func add(_ field: Int, _ message: ProtocolBufferMessage) {
    fields.append((field, .message(message)))
    count(field, message.byteCount)
  }

  /// Adds bytes that are made when the message is written.
  package mutating func add(
    _ field: Int, byteCount: Int, append: @escaping @Sendable (inout [UInt8]) -> Void
  ) {
    fields.append((field, .stream(byteCount: byteCount, append: append)))
    count(field, byteCount)
  }

  private mutating func count(_ field: Int, _ length: Int) {
    byteCount += varintSize(tag(field, .lengthDelimited)) + varintSize(UInt64(length)) + length
  }

  /// The message's bytes.
  package func bytes() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    append(to: &bytes)
    return bytes
  }

  private func append(to bytes: inout [UInt8]) {
    for (field, content) in fields {
      appendVarint(tag(field, content.wireType), to: &bytes)
      switch content {
      case .number(let number): appendVarint(number, to: &bytes)
      case .fixed32(let pattern): bytes.append(littleEndian: pattern)
      case .fixed64(let pattern): bytes.append(littleEndian: pattern)
      case .text(let text):
        appendVarint(UInt64(text.utf8.count), to: &bytes)
        bytes.append(contentsOf: text.utf8)
      case .message(let message):
        appendVarint(UInt64(message.byteCount), to: &bytes)
        message.append(to: &bytes)
      case .stream(let length, let append):
        appendVarint(UInt64(length), to: &bytes)
        let start = bytes.count
        append(&bytes)
        precondition(bytes.count - start == length, "a field has the length announced")
      }
    }
  }
}

/// The wire types used here.
private enum WireType: UInt64 {
  case varint = 0
  case fixed64 = 1
  case lengthDelimited = 2
  case fixed32 = 5
}

private func tag(_ field: Int, _ type: WireType) -> UInt64 { UInt64(field) << 3 | type.rawValue }

private func varintSize(_ value: UInt64) -> Int {
  max(1, (UInt64.bitWidth - value.leadingZeroBitCount + 6) / 7)
}

/// Seven bits a byte from the lowest on, the highest bit set in all but the last.
private func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
  var rest = value
  while rest >= 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(rest))
}

extension [UInt8] {
  /// Appends the bytes of an integer, the lowest first.
  package mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
