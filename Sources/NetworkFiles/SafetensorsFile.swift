public import LinearAlgebra

/// A file in the safetensors format that holds arrays of floating-point or whole numbers.
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
    /// The type of its entries.
    public let type: ElementType
    /// Where its entries stand in the file.
    let range: Range<Int>
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameter bytes: the whole file.
  /// - Throws: ``SafetensorsFileError`` for whatever the format forbids, and for tensors of other types
  ///   than ``ElementType``.
  /// - Complexity: O(length of the header); the data are kept as they are.
  public init(reading bytes: [UInt8]) throws(SafetensorsFileError) {
    guard bytes.count >= lengthSize else {
      throw .truncated(expectedBytes: lengthSize, foundBytes: bytes.count)
    }
    let length = numbers(bytes[..<lengthSize], as: UInt64.self)[0]
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
      guard let type = ElementType(rawValue: entry.type) else {
        throw .unsupportedType(tensor: entry.name, type: entry.type)
      }
      guard entry.begin == end else {
        throw .notContiguous(tensor: entry.name, begin: entry.begin, expected: end)
      }
      let size = try byteCount(entry, type)
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
        Tensor(name: entry.name, shape: entry.shape, type: type, range: fileEnd - size..<fileEnd))
    }
    guard dataStart + end == bytes.count else {
      throw .trailingBytes(expectedBytes: dataStart + end, foundBytes: bytes.count)
    }
    metadata = header.metadata
    self.tensors = tensors
    self.bytes = bytes
  }

  /// The entries of a tensor in row-major order; doubles bit for bit, other numbers converted.
  ///
  /// - Parameter tensor: a tensor of this file.
  /// - Returns: as many numbers as the product of its sizes.
  /// - Complexity: O(entries).
  public func values(of tensor: Tensor) -> [Double] {
    let data = bytes[tensor.range]
    return switch tensor.type {
    case .float64: numbers(data, as: Double.self)
    case .float32: numbers(data, as: Float.self).map(Double.init)
    case .int64: numbers(data, as: Int64.self).map(Double.init)
    }
  }

  /// The entries of a tensor in row-major order, bit for bit.
  ///
  /// - Parameters:
  ///   - tensor: a tensor of this file.
  ///   - type: the scalar type of its entries.
  /// - Returns: as many numbers as the product of its sizes; nil when the tensor is of another type.
  /// - Complexity: O(entries).
  public func entries<Scalar: LinearAlgebraScalar>(
    of tensor: Tensor, as type: Scalar.Type
  ) -> [Scalar]? {
    guard tensor.type == ElementType(type) else { return nil }
    return numbers(bytes[tensor.range], as: type)
  }

  /// The bytes of a file that holds given arrays, in their order.
  static func bytes(of tensors: [NamedTensor], metadata: [String: String]) -> [UInt8] {
    var bytes = header(
      of: tensors.map { ArrayShape(name: $0.name, shape: $0.shape, type: $0.type) },
      metadata: metadata)
    bytes.reserveCapacity(bytes.count + tensors.reduce(0) { $0 + $1.byteCount })
    for tensor in tensors { tensor.append(to: &bytes) }
    return bytes
  }

  /// An array's name, sizes and type, without its entries.
  package struct ArrayShape {
    package var name: String
    package var shape: [Int]
    package var type: ElementType

    package init(name: String, shape: [Int], type: ElementType) {
      (self.name, self.shape, self.type) = (name, shape, type)
    }

    /// The size of the entries in bytes.
    package var byteCount: Int { shape.reduce(type.size, *) }
  }

  /// What stands in a file before the entries of given arrays, in their order.
  package static func header(of arrays: [ArrayShape], metadata: [String: String]) -> [UInt8] {
    var entries = [
      "\"__metadata__\":{"
        + metadata.sorted { $0.key < $1.key }.map {
          jsonString($0.key) + ":" + jsonString($0.value)
        }
        .joined(separator: ",") + "}"
    ]
    var end = 0
    for array in arrays {
      let begin = end
      end += array.byteCount
      let shape = array.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\"\(array.name)\":{\"dtype\":\"\(array.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(begin),\(end)]}")
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    // Spaces bring the data to a multiple of the size of a double.
    while header.count % alignment != 0 { header.append(0x20) }
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(header.count))
    bytes.append(contentsOf: header)
    return bytes
  }
}

/// The size of the header's length.
private let lengthSize = 8
/// What the place of the first entry is a multiple of.
private let alignment = 8

private func byteCount(
  _ entry: SafetensorsHeader.Entry, _ type: ElementType
) throws(SafetensorsFileError) -> Int {
  var count = type.size
  for size in entry.shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: size)
    if overflow { throw .tooLarge(tensor: entry.name, shape: entry.shape) }
    count = product
  }
  return count
}
