import Foundation

/// A record of an event file, decoded by the published formats with no code of the package.
struct DecodedEvent: Equatable {
  struct Histogram: Equatable {
    /// Minimum, maximum, number, sum, sum of squares.
    var moments: [Double] = []
    var limits: [Double] = []
    var buckets: [Double] = []
  }

  var wallTime = 0.0
  var step = 0
  var version: String?
  var tag: String?
  var scalar: Float?
  var histogram: Histogram?
}

struct WrongBytes: Error {
  var reason: String
}

/// Decodes a file, checksums included.
func decodedEvents(_ bytes: [UInt8]) throws -> [DecodedEvent] {
  var rest = bytes[...]
  var events: [DecodedEvent] = []
  while !rest.isEmpty {
    let length = try rest.take(8)
    guard try rest.take(4) == maskedChecksum(length) else {
      throw WrongBytes(reason: "checksum of a length")
    }
    let data = try rest.take(Int(littleEndian(length)))
    guard try rest.take(4) == maskedChecksum(data) else {
      throw WrongBytes(reason: "checksum of data")
    }
    events.append(try DecodedEvent(data))
  }
  return events
}

extension DecodedEvent {
  fileprivate init(_ data: [UInt8]) throws {
    for (number, content) in try fields(data[...]) {
      switch number {
      case 1: wallTime = Double(bitPattern: littleEndian(content))
      case 2: step = Int(littleEndian(content))
      case 3: version = String(decoding: content, as: UTF8.self)
      case 5:
        let values = try fields(content[...])
        guard values.map(\.number) == [1] else { throw WrongBytes(reason: "one value expected") }
        for (number, content) in try fields(values[0].content[...]) {
          switch number {
          case 1: tag = String(decoding: content, as: UTF8.self)
          case 2: scalar = Float(bitPattern: UInt32(littleEndian(content)))
          case 5: histogram = try Histogram(content)
          default: throw WrongBytes(reason: "field \(number) of a value")
          }
        }
      default: throw WrongBytes(reason: "field \(number) of an event")
      }
    }
  }
}

extension DecodedEvent.Histogram {
  fileprivate init(_ data: [UInt8]) throws {
    func doubles(_ bytes: [UInt8]) -> [Double] {
      stride(from: 0, to: bytes.count, by: 8).map {
        Double(bitPattern: littleEndian(Array(bytes[$0..<$0 + 8])))
      }
    }
    for (number, content) in try fields(data[...]) {
      switch number {
      case 1...5 where moments.count == number - 1: moments += doubles(content)
      case 6: limits = doubles(content)
      case 7: buckets = doubles(content)
      default: throw WrongBytes(reason: "field \(number) of a histogram")
      }
    }
  }
}

/// The fields of a message; integers as their eight bytes.
private func fields(_ data: ArraySlice<UInt8>) throws -> [(number: Int, content: [UInt8])] {
  var rest = data
  var result: [(number: Int, content: [UInt8])] = []
  while !rest.isEmpty {
    let tag = try rest.takeVarint()
    let content: [UInt8]
    switch tag % 8 {
    case 0:
      let value = try rest.takeVarint()
      content = (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    case 1: content = try rest.take(8)
    case 2: content = try rest.take(Int(rest.takeVarint()))
    case 5: content = try rest.take(4)
    default: throw WrongBytes(reason: "wire type \(tag % 8)")
    }
    result.append((Int(tag / 8), content))
  }
  return result
}

extension ArraySlice<UInt8> {
  fileprivate mutating func take(_ length: Int) throws -> [UInt8] {
    guard length <= count else { throw WrongBytes(reason: "\(length) bytes expected at the end") }
    defer { removeFirst(length) }
    return Array(prefix(length))
  }

  fileprivate mutating func takeVarint() throws -> UInt64 {
    var (value, shift) = (UInt64(0), UInt64(0))
    while true {
      let byte = try take(1)[0]
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }
}

private func littleEndian(_ bytes: [UInt8]) -> UInt64 {
  bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

/// The masked CRC-32C, bit by bit: the remainder modulo Castagnoli's polynomial 0x11EDC6F41.
private func maskedChecksum(_ bytes: [UInt8]) -> [UInt8] {
  var register = UInt32.max
  for byte in bytes {
    for bit in 0..<8 {
      let incoming = UInt32(byte >> bit & 1)
      let leaves = register >> 31 ^ incoming
      register = register << 1 ^ (leaves == 1 ? 0x1EDC_6F41 : 0)
    }
  }
  let reflected = (0..<32).reduce(UInt32(0)) { $0 | (~register >> $1 & 1) << (31 - $1) }
  let masked = (reflected >> 15 | reflected << 17) &+ 0xa282_ead8
  return (0..<4).map { UInt8(truncatingIfNeeded: masked >> (8 * $0)) }
}
