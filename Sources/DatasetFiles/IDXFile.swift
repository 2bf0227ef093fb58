public import Datasets

/// Images and labels in the IDX format of MNIST and the sets made after it, plain or gzipped.
///
/// A big-endian header, the format's number and one 32-bit count for each dimension, then one byte
/// for each value. Headers are checked before anything is allocated for what they promise.
///
/// Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
public enum IDXFile {
  /// The most values that a header may promise.
  public static let largestCount = 1 << 31
  /// The most rows, and the most columns, that an image may have.
  public static let largestSide = 4096

  /// Reads an image file.
  ///
  /// - Parameter path: a file of dimensions n × height × width.
  /// - Returns: the images.
  /// - Throws: ``DatasetFileError``, whatever is wrong with the file; an empty set is wrong too.
  /// - Complexity: O(n d) time; memory as much as the file's data, while reading up to twice that.
  public static func images(at path: String) throws(DatasetFileError) -> GreyImages {
    let (dimensions, pixels) = try array(at: path, magic: 0x0803, rank: 3)
    return GreyImages(
      shape: ImageShape(height: dimensions[1], width: dimensions[2], channels: 1), pixels: pixels)
  }

  /// Reads a label file.
  ///
  /// - Parameters:
  ///   - path: a file of dimension n.
  ///   - classCount: the number of classes C, at least 1.
  /// - Returns: n labels in 0..<C.
  /// - Throws: ``DatasetFileError``, whatever is wrong with the file.
  public static func labels(
    at path: String, classCount: Int
  ) throws(DatasetFileError) -> [Int] {
    let labels = try array(at: path, magic: 0x0801, rank: 1).values.map(Int.init)
    try checkLabels(labels, classCount: classCount, path: path)
    return labels
  }

  /// Reads an image file and the label file that belongs to it.
  ///
  /// - Parameters:
  ///   - images: the path of the image file.
  ///   - labels: the path of the label file.
  ///   - classNames: the names of the C classes.
  ///   - provenance: where the files came from.
  /// - Returns: the dataset, in the order of the files.
  /// - Throws: ``DatasetFileError``, also when the two files differ in their number of entries.
  public static func dataset(
    images: String, labels: String, classNames: [String], provenance: Provenance
  ) throws(DatasetFileError) -> LabeledDataset {
    let read = try self.images(at: images)
    let classes = try self.labels(at: labels, classCount: classNames.count)
    guard classes.count == read.count else {
      throw .countMismatch(
        imagesPath: images, images: read.count, labelsPath: labels, labels: classes.count)
    }
    return LabeledDataset(
      shape: read.shape, pixels: .bytes(read.pixels), labels: classes, classNames: classNames,
      provenance: provenance)
  }

  private static func array(
    at path: String, magic: UInt32, rank: Int
  ) throws(DatasetFileError) -> (dimensions: [Int], values: [UInt8]) {
    let file = try GzipFile(path: path)
    let headerBytes = 4 * (1 + rank)
    let header = try file.read(upTo: headerBytes)
    let words = stride(from: 0, to: header.count / 4 * 4, by: 4).map {
      bigEndian(header[$0..<$0 + 4])
    }
    // A wrong number explains a short header, so it is looked at first.
    if let found = words.first, found != magic {
      throw .wrongMagic(path: path, found: found, expected: magic)
    }
    guard header.count == headerBytes else {
      throw .truncated(path: path, expectedBytes: headerBytes, foundBytes: header.count)
    }
    let dimensions = words.dropFirst().map { Int($0) }
    let count = try valueCount(dimensions, path: path)
    let expected = headerBytes + count
    if let found = file.byteCount { try checkLength(found, expected: expected, path: path) }
    let values = try file.read(upTo: count)
    guard values.count == count else {
      throw .truncated(
        path: path, expectedBytes: expected, foundBytes: headerBytes + values.count)
    }
    guard try file.isAtEnd() else { throw .trailingBytes(path: path, expectedBytes: expected) }
    return (dimensions, values)
  }

  /// The product of the dimensions, if a data set may have them.
  private static func valueCount(
    _ dimensions: [Int], path: String
  ) throws(DatasetFileError) -> Int {
    var product = 1
    for (axis, dimension) in dimensions.enumerated() {
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      let isPlausible = axis == 0 || (1...largestSide).contains(dimension)
      guard isPlausible, !overflow, next <= largestCount else {
        throw .implausibleSize(path: path, dimensions: dimensions)
      }
      product = next
    }
    guard product > 0 else { throw .empty(path: path) }
    return product
  }

  private static func checkLength(
    _ found: Int, expected: Int, path: String
  ) throws(DatasetFileError) {
    if found < expected {
      throw .truncated(path: path, expectedBytes: expected, foundBytes: found)
    }
    if found > expected { throw .trailingBytes(path: path, expectedBytes: expected) }
  }
}

/// Images of one channel, without labels.
public struct GreyImages: Sendable, Equatable {
  /// The size of each image, one channel.
  public let shape: ImageShape
  /// Bytes from 0 to 255, image after image, each row after row.
  public let pixels: [UInt8]

  /// The number of images.
  public var count: Int { pixels.count / shape.count }
}

private func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  bytes.reduce(0) { $0 << 8 | UInt32($1) }
}

/// Looks for the first label that is no class.
func checkLabels(
  _ labels: [Int], classCount: Int, path: String
) throws(DatasetFileError) {
  if let index = labels.firstIndex(where: { $0 < 0 || $0 >= classCount }) {
    throw .labelOutOfRange(path: path, index: index, label: labels[index], classes: classCount)
  }
}
