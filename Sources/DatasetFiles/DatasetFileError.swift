private import Datasets

/// Why a data file could not be read.
///
/// Every description is one line: the file, the value found, what was expected, what to try.
/// Indices of images count from 0, lines of text from 1.
public enum DatasetFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no such file or folder.
  case notFound(path: String, whatToTry: String)
  /// The file is there, but the system does not let it be read.
  case unreadable(path: String, reason: String)
  /// The file ends before the data that its header promises.
  case truncated(path: String, expectedBytes: Int, foundBytes: Int)
  /// The file goes on after the data that its header promises.
  case trailingBytes(path: String, expectedBytes: Int)
  /// The compressed data are cut or damaged.
  case damagedGzip(path: String, reason: String)
  /// The file does not begin with the number of its format.
  case wrongMagic(path: String, found: UInt32, expected: UInt32)
  /// The header promises more than any data set of this kind holds, or images without pixels.
  case implausibleSize(path: String, dimensions: [Int])
  /// The file is longer than any file of its kind.
  case tooLarge(path: String, largestBytes: Int)
  /// The file holds nothing: no image, no label, no number.
  case empty(path: String)
  /// The file does not consist of whole records.
  case partialRecord(path: String, bytes: Int, recordBytes: Int)
  /// The images are not of the set's size.
  case wrongShape(path: String, found: String, expected: String)
  /// There are more or fewer labels than images.
  case countMismatch(imagesPath: String, images: Int, labelsPath: String, labels: Int)
  /// A label is not one of the classes.
  case labelOutOfRange(path: String, index: Int, label: Int, classes: Int)
  /// A list of class names has the wrong length.
  case wrongClassNames(path: String, found: Int, expected: Int)
  /// A line is not a number.
  case notANumber(path: String, line: Int, text: String)
  /// A line is NaN, infinite, or too large for a double-precision number.
  case notFinite(path: String, line: Int, text: String)

  /// The file is no array of numbers in NumPy's format.
  case notNumPy(path: String, reason: String)
  /// An array is not of a shape that images or labels have.
  case wrongArray(path: String, sizes: [Int], expected: String)
  /// An image has an entry that is NaN or infinite.
  case entryNotFinite(path: String, index: Int)
  /// An entry is no class.
  case notALabel(path: String, index: Int, value: Double, largest: Int)

  /// Whether the input is missing, rather than wrong.
  ///
  /// The two want different exit statuses: `EX_NOINPUT`, 66, for a file that does not exist or
  /// cannot be read, and `EX_DATAERR`, 65, for bad data. Source: sysexits(3).
  public var isMissingInput: Bool {
    switch self {
    case .notFound, .unreadable: true
    default: false
    }
  }

  /// The file, the value found, what was expected, and what to try, on one line.
  public var description: String { message.onOneLine }

  private var message: String {
    switch self {
    case .notFound(let path, let whatToTry):
      "\(path): not found; \(whatToTry)"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason); expected a file: check the path and its permissions"
    case .truncated(let path, let expected, let found):
      "\(path): \(found) bytes found, \(expected) expected by its header: the file is cut short; "
        + fetchAgain
    case .trailingBytes(let path, let expected):
      "\(path): bytes found after the \(expected) expected by its header; " + fetchAgain
    case .damagedGzip(let path, let reason):
      "\(path): damaged gzip data: \(reason); expected whole gzip data: " + fetchAgain
    case .wrongMagic(let path, let found, let expected):
      "\(path): begins with \(hexadecimal(found)), expected \(hexadecimal(expected)): "
        + "another file, or a web page saved under this name? " + fetchAgain
    case .implausibleSize(let path, let dimensions):
      "\(path): its header promises \(dimensions.map(String.init).joined(separator: " x ")) "
        + "values, expected sides from 1 to \(IDXFile.largestSide) and at most "
        + "\(IDXFile.largestCount) values: not an IDX file, or a damaged one? " + fetchAgain
    case .tooLarge(let path, let largest):
      "\(path): longer than the \(largest) bytes expected at most: "
        + "another file under this name? " + fetchAgain
    case .empty(let path):
      "\(path): holds nothing, expected at least one entry; " + fetchAgain
    case .partialRecord(let path, let bytes, let recordBytes):
      "\(path): \(bytes) bytes found, expected a whole number of records of \(recordBytes) bytes: "
        + "cut short, or not the binary version? " + fetchAgain
    case .wrongShape(let path, let found, let expected):
      "\(path): images of \(found) found, expected \(expected): another set's file? " + fetchAgain
    case .countMismatch(let imagesPath, let images, let labelsPath, let labels):
      "\(labelsPath): \(labels) labels found, expected \(images), one for each image of "
        + "\(imagesPath): files of different sets? " + fetchAgain
    case .labelOutOfRange(let path, let index, let label, let classes):
      "\(path): the label of image \(index) is \(label), expected 0 to \(classes - 1): "
        + "another set's file? " + fetchAgain
    case .wrongClassNames(let path, let found, let expected):
      "\(path): \(found) class names found, expected \(expected), one on each line; "
        + "remove the file to use the built-in names"
    case .notANumber(let path, let line, let text):
      "\(path): line \(line) is \(text.debugDescription), expected one real number, such as -1.5; "
        + "write one number on each line"
    case .notFinite(let path, let line, let text):
      "\(path): line \(line) is \(text.debugDescription), expected a finite number; "
        + "correct or remove the line"
    case .notNumPy(let path, let reason):
      "\(path): not an array of NumPy's: \(reason); write an array of numbers by numpy.save"
    case .wrongArray(let path, let sizes, let expected):
      "\(path): an array of shape (\(sizes.map(String.init).joined(separator: ", "))) found, "
        + "expected \(expected); reshape it"
    case .entryNotFinite(let path, let index):
      "\(path): image \(index) has an entry that is NaN or infinite, expected finite numbers; "
        + "remove the image"
    case .notALabel(let path, let index, let value, let largest):
      "\(path): label \(index) is \(value), expected a whole number from 0 to \(largest); "
        + "number the classes from 0"
    }
  }
}

private let fetchAgain = "fetch the file again"

private func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
