private import Foundation

/// A file in the safetensors format that holds arrays of doubles.
///
/// Eight bytes give the length of the header, a JSON object that names each tensor with its type,
/// shape and place in the data; the data follow, row-major and little-endian. Reading takes nothing on
/// trust: names are different, and the tensors fill the data without gap or overlap.
///
/// Source: Hugging Face, "Safetensors: Format".
public struct SafetensorsFile: Sendable {
  /// The longest header that is read, that of the format's own library.
  public static let longestHeader = 100_000_000

  /// Texts by name, such as the kind of the network.
  public let metadata: [String: String]
  /// The tensors in the order of their data.
  public let tensors: [Tensor]
  private let bytes: [UInt8]

  /// An array and its place in the file.
  public struct Tensor: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its sizes; an array without any is a single number.
    public let shape: [Int]
    /// Where its entries stand in the file.
    let range: Range<Int>
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameter bytes: the whole file.
  /// - Throws: ``SafetensorsFileError`` for whatever the format forbids, and for tensors that are not
  ///   of doubles.
  /// - Complexity: O(length of the header); the data are kept as they are.
  public init(reading bytes: [UInt8]) throws(SafetensorsFileError) {
    guard bytes.count >= lengthSize else {
      throw .truncated(expectedBytes: lengthSize, foundBytes: bytes.count)
    }
    let length = word(bytes, at: 0)
    guard length <= UInt64(Self.longestHeader) else {
      throw .headerTooLong(bytes: length, limit: Self.longestHeader)
    }
    let dataStart = lengthSize + Int(length)
    guard bytes.count >= dataStart else {
      throw .truncated(expectedBytes: dataStart, foundBytes: bytes.count)
    }
    let header = try SafetensorsHeader(parsing: bytes[lengthSize..<dataStart])
    var tensors: [Tensor] = []
    var end = 0
    let inOrder = header.tensors.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
    for entry in inOrder {
      guard entry.type == "F64" else {
        throw .unsupportedType(tensor: entry.name, type: entry.type)
      }
      guard entry.begin == end else {
        throw .notContiguous(tensor: entry.name, begin: entry.begin, expected: end)
      }
      let size = try byteCount(entry)
      guard entry.end >= entry.begin, entry.end - entry.begin == size else {
        throw .wrongLength(
          tensor: entry.name, bytes: entry.end - entry.begin, expected: size)
      }
      end = entry.end
      let (fileEnd, overflow) = dataStart.addingReportingOverflow(end)
      guard !overflow, fileEnd <= bytes.count else {
        throw .truncated(
          expectedBytes: overflow ? Int.max : fileEnd, foundBytes: bytes.count)
      }
      tensors.append(
        Tensor(name: entry.name, shape: entry.shape, range: fileEnd - size..<fileEnd))
    }
    guard dataStart + end == bytes.count else {
      throw .trailingBytes(expectedBytes: dataStart + end, foundBytes: bytes.count)
    }
    metadata = header.metadata
    self.tensors = tensors
    self.bytes = bytes
  }

  /// The entries of a tensor in row-major order, bit for bit.
  ///
  /// - Parameter tensor: a tensor of this file.
  /// - Returns: as many numbers as the product of its sizes.
  /// - Complexity: O(entries).
  public func values(of tensor: Tensor) -> [Double] {
    stride(from: tensor.range.lowerBound, to: tensor.range.upperBound, by: entrySize)
      .map { Double(bitPattern: word(bytes, at: $0)) }
  }

  /// The bytes of a file that holds given arrays, in their order.
  static func bytes(of tensors: [NamedTensor], metadata: [String: String]) -> [UInt8] {
    var entries = [
      "\"__metadata__\":{"
        + metadata.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
        .joined(separator: ",") + "}"
    ]
    var end = 0
    for tensor in tensors {
      let begin = end
      end += tensor.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\"\(tensor.name)\":{\"dtype\":\"F64\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(begin),\(end)]}")
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    // Spaces bring the data to a multiple of the size of an entry.
    while header.count % entrySize != 0 { header.append(0x20) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lengthSize + header.count + end)
    bytes.append(littleEndian: UInt64(header.count))
    bytes.append(contentsOf: header)
    for tensor in tensors { tensor.append(to: &bytes) }
    return bytes
  }
}

/// The size of the header's length.
private let lengthSize = 8
/// The size of a double.
private let entrySize = 8

private func word(_ bytes: [UInt8], at position: Int) -> UInt64 {
  bytes.withUnsafeBytes {
    UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }
}

private func byteCount(_ entry: SafetensorsHeader.Entry) throws(SafetensorsFileError) -> Int {
  var count = entrySize
  for size in entry.shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: size)
    if overflow { throw .tooLarge(tensor: entry.name, shape: entry.shape) }
    count = product
  }
  return count
}
