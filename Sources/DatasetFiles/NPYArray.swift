/// An array of numbers as a `.npy` file holds it, read in C order.
///
/// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
public struct NPYArray: Sendable, Equatable {
  /// The type of an entry.
  public enum Entry: Sendable, Hashable {
    /// True or false, a byte each.
    case boolean
    /// Whole numbers from 0 of 1, 2, 4 or 8 bytes.
    case unsigned(bytes: Int)
    /// Whole numbers of 1, 2, 4 or 8 bytes.
    case signed(bytes: Int)
    /// Floating-point numbers of 2, 4 or 8 bytes.
    case real(bytes: Int)

    /// The bytes of an entry.
    public var bytes: Int {
      switch self {
      case .boolean: 1
      case .unsigned(let bytes), .signed(let bytes), .real(let bytes): bytes
      }
    }
  }

  /// The largest file that is read, in bytes.
  public static let largestBytes = 1 << 34

  /// The type of the entries.
  public let entry: Entry
  /// The sizes along each axis, the slowest first in ``bytes``.
  public let sizes: [Int]
  /// The entries in C order, little-endian.
  public let bytes: [UInt8]

  /// The number of entries.
  public var count: Int { sizes.reduce(1, *) }

  /// Reads a file of numpy's `save`, of format 1.0 to 3.0, plain or gzipped.
  ///
  /// - Parameter path: the file.
  /// - Throws: ``DatasetFileError``: ``DatasetFileError/notNumPy(path:reason:)`` for another format or
  ///   entries that are no plain numbers.
  /// - Complexity: linear in the length of the file.
  public init(at path: String) throws(DatasetFileError) {
    let file = try GzipFile(path: path)
    let header = try Header(of: file)
    let (entry, sizes) = (header.entry, header.sizes)
    var count = entry.bytes
    for size in sizes {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= Self.largestBytes else {
        throw .notNumPy(
          path: path, reason: "its header promises more than \(Self.largestBytes) bytes")
      }
      count = product
    }
    let expected = header.length + count
    if let found = file.byteCount {
      if found < expected {
        throw .truncated(path: path, expectedBytes: expected, foundBytes: found)
      }
      if found > expected { throw .trailingBytes(path: path, expectedBytes: expected) }
    }
    var bytes = try file.read(upTo: count)
    guard bytes.count == count else {
      throw .truncated(
        path: path, expectedBytes: expected, foundBytes: header.length + bytes.count)
    }
    guard try file.isAtEnd() else { throw .trailingBytes(path: path, expectedBytes: expected) }
    if header.isBigEndian { bytes = bytes.withReversedEntries(of: entry.bytes) }
    if header.isFortranOrder && sizes.count > 1 {
      bytes = bytes.inCOrder(sizes: sizes, width: entry.bytes)
    }
    (self.entry, self.sizes, self.bytes) = (entry, sizes, bytes)
  }

  /// The entries as reals; whole numbers of 8 bytes are rounded beyond 2⁵³.
  public var reals: [Double] {
    bytes.withUnsafeBytes { bytes in
      func all<T>(_ type: T.Type, _ number: (T) -> Double) -> [Double] {
        (0..<count).map {
          number(bytes.loadUnaligned(fromByteOffset: $0 * entry.bytes, as: T.self))
        }
      }
      return switch entry {
      case .boolean: all(UInt8.self) { $0 == 0 ? 0 : 1 }
      case .unsigned(1): all(UInt8.self) { Double($0) }
      case .unsigned(2): all(UInt16.self) { Double(UInt16(littleEndian: $0)) }
      case .unsigned(4): all(UInt32.self) { Double(UInt32(littleEndian: $0)) }
      case .unsigned: all(UInt64.self) { Double(UInt64(littleEndian: $0)) }
      case .signed(1): all(Int8.self) { Double($0) }
      case .signed(2): all(Int16.self) { Double(Int16(littleEndian: $0)) }
      case .signed(4): all(Int32.self) { Double(Int32(littleEndian: $0)) }
      case .signed: all(Int64.self) { Double(Int64(littleEndian: $0)) }
      case .real(2): all(UInt16.self) { halfPrecision(UInt16(littleEndian: $0)) }
      case .real(4):
        all(UInt32.self) { Double(Float(bitPattern: UInt32(littleEndian: $0))) }
      case .real: all(UInt64.self) { Double(bitPattern: UInt64(littleEndian: $0)) }
      }
    }
  }
}

/// A number of IEEE 754's binary16.
private func halfPrecision(_ bits: UInt16) -> Double {
  let (exponent, fraction) = (Int(bits >> 10 & 0x1F), Double(bits & 0x3FF))
  let magnitude: Double =
    switch exponent {
    case 0: fraction * 0x1p-24
    case 31: fraction == 0 ? .infinity : .nan
    default: (1 + fraction * 0x1p-10) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  return bits >> 15 == 0 ? magnitude : -magnitude
}

/// What stands before the entries.
private struct Header {
  let entry: NPYArray.Entry
  let isBigEndian: Bool
  let isFortranOrder: Bool
  let sizes: [Int]
  /// Its bytes.
  let length: Int

  init(of file: GzipFile) throws(DatasetFileError) {
    func wrong(_ reason: String) -> DatasetFileError { .notNumPy(path: file.path, reason: reason) }
    let start = try file.read(upTo: 8)
    guard start.starts(with: [0x93] + Array("NUMPY".utf8)), start.count == 8 else {
      throw wrong("it does not begin as one")
    }
    guard (1...3).contains(start[6]), start[7] == 0 else {
      throw wrong("its format is \(start[6]).\(start[7])")
    }
    let width = start[6] == 1 ? 2 : 4
    let size = try file.read(upTo: width)
    let textLength = size.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard size.count == width, textLength <= 1 << 16 else { throw wrong("its header is damaged") }
    let text = String(decoding: try file.read(upTo: textLength), as: UTF8.self)
    guard text.utf8.count == textLength, text.hasSuffix("\n"),
      let order = text.firstMatch(of: /['"]fortran_order['"]\s*:\s*(True|False)\b/)?.1,
      let shape = text.firstMatch(of: /['"]shape['"]\s*:\s*\(([0-9,\s]*)\)/)?.1
    else { throw wrong("its header is damaged") }
    let plain = /['"]descr['"]\s*:\s*['"]([<>|=])([a-zA-Z])([0-9]+)['"]/
    guard let type = text.firstMatch(of: plain),
      let entry = Self.entry(kind: type.2, bytes: Int(type.3) ?? 0)
    else { throw wrong("its entries are no plain numbers of 1 to 8 bytes") }
    let parts = shape.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    let sizes = parts.filter { !$0.isEmpty }.map { Int($0) }
    guard sizes.allSatisfy({ $0 != nil }) else { throw wrong("its header is damaged") }
    self.entry = entry
    isBigEndian = type.1 == ">"
    isFortranOrder = order == "True"
    self.sizes = sizes.compactMap(\.self)
    length = 8 + width + textLength
  }

  private static func entry(kind: Substring, bytes: Int) -> NPYArray.Entry? {
    switch (kind, bytes) {
    case ("b", 1): .boolean
    case ("u", 1), ("u", 2), ("u", 4), ("u", 8): .unsigned(bytes: bytes)
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8): .signed(bytes: bytes)
    case ("f", 2), ("f", 4), ("f", 8): .real(bytes: bytes)
    default: nil
    }
  }
}

extension [UInt8] {
  /// The same entries with the bytes of each in the other order.
  fileprivate func withReversedEntries(of width: Int) -> [UInt8] {
    var result = self
    for first in stride(from: 0, to: count, by: width) {
      result[first..<first + width].reverse()
    }
    return result
  }

  /// Entries that stand in Fortran order, the first axis fastest, in C order.
  fileprivate func inCOrder(sizes: [Int], width: Int) -> [UInt8] {
    var strides = [width]
    for size in sizes.dropLast() { strides.append(strides[strides.count - 1] * size) }
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var places = [Int](repeating: 0, count: sizes.count)
    for _ in 0..<count / width {
      let offset = zip(places, strides).reduce(0) { $0 + $1.0 * $1.1 }
      result.append(contentsOf: self[offset..<offset + width])
      var axis = sizes.count - 1
      while axis >= 0 {
        places[axis] += 1
        if places[axis] < sizes[axis] { break }
        places[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}
