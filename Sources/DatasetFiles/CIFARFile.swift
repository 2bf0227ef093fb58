public import Datasets

/// The binary files of CIFAR-10 and CIFAR-100, plain or gzipped.
///
/// A file is a row of records without a header: one label byte (CIFAR-10) or two, coarse and fine
/// (CIFAR-100), then 3 × 32 × 32 bytes, the red, green and blue planes, each row after row. The
/// planes are laid out as ``ImageShape`` says, so pixels are copied as they are.
///
/// Source: Krizhevsky, "Learning multiple layers of features from tiny images" (2009), and the page
/// of the sets, https://www.cs.toronto.edu/~kriz/cifar.html.
public struct CIFARFile: Sendable, Equatable {
  /// The size of each image, 32 × 32 × 3.
  public static let shape = ImageShape(height: 32, width: 32, channels: 3)
  /// The longest file that is read, in bytes; the longest official file has 153,700,000.
  public static let largestBytes = 1 << 30

  /// The format of CIFAR-10.
  public static let cifar10 = CIFARFile(labelClasses: [10])
  /// The format of CIFAR-100, whose fine labels are used.
  public static let cifar100 = CIFARFile(labelClasses: [20, 100])

  /// The number of classes of each label byte, the one used last.
  private let labelClasses: [Int]

  /// The length of a record: 3073 or 3074 bytes.
  public var recordBytes: Int { labelClasses.count + Self.shape.count }

  /// Reads files, one after the other, as one dataset.
  ///
  /// - Parameters:
  ///   - paths: the files, at least one, in the order wanted.
  ///   - classNames: the names of the 10 or 100 classes.
  ///   - provenance: where the files came from.
  /// - Returns: all images with their labels.
  /// - Throws: ``DatasetFileError`` unless every file holds a whole, positive number of records and
  ///   every label is a class.
  /// - Complexity: O(n d) time; memory for the images and one file.
  public func dataset(
    at paths: [String], classNames: [String], provenance: Provenance
  ) throws(DatasetFileError) -> LabeledDataset {
    var pixels: [UInt8] = []
    var labels: [Int] = []
    for path in paths {
      let bytes = try records(at: path)
      // The official files of a set are of one length.
      if pixels.isEmpty { pixels.reserveCapacity(paths.count * bytes.count) }
      for start in stride(from: 0, to: bytes.count, by: recordBytes) {
        let image = start + labelClasses.count
        labels.append(Int(bytes[image - 1]))
        pixels.append(contentsOf: bytes[image..<start + recordBytes])
      }
    }
    return LabeledDataset(
      shape: Self.shape, pixels: .bytes(pixels), labels: labels, classNames: classNames,
      provenance: provenance)
  }

  /// The bytes of a file, checked.
  private func records(at path: String) throws(DatasetFileError) -> [UInt8] {
    let bytes = try GzipFile.contents(of: path, limit: Self.largestBytes)
    guard !bytes.isEmpty else { throw .empty(path: path) }
    guard bytes.count.isMultiple(of: recordBytes) else {
      throw .partialRecord(path: path, bytes: bytes.count, recordBytes: recordBytes)
    }
    for (place, classCount) in labelClasses.enumerated() {
      let labels = stride(from: place, to: bytes.count, by: recordBytes).map { Int(bytes[$0]) }
      try checkLabels(labels, classCount: classCount, path: path)
    }
    return bytes
  }

  /// Reads a list of class names, one on each line.
  ///
  /// - Parameters:
  ///   - path: the file, such as `batches.meta.txt` or `fine_label_names.txt`.
  ///   - count: the number of classes.
  /// - Returns: the names; blank lines are skipped.
  /// - Throws: ``DatasetFileError``, also when there are more or fewer names.
  public static func classNames(
    at path: String, count: Int
  ) throws(DatasetFileError) -> [String] {
    let names = try textLines(at: path, limit: 1 << 16).filter { !$0.isEmpty }
    guard names.count == count else {
      throw .wrongClassNames(path: path, found: names.count, expected: count)
    }
    return names
  }
}
