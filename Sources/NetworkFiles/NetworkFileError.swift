private import Datasets

/// Why a file of a network, or of its certificate, cannot be read or written.
///
/// Every description is one line: the file, the key, the value found, what was expected, what to try.
/// Keys are written as in JavaScript, such as `outputWeights[3][0]`; indices count from 0.
public enum NetworkFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no such file.
  case notFound(path: String)
  /// The file is there, but the system does not let it be read, or it is no regular file.
  case unreadable(path: String, reason: String)
  /// The file is longer than any file of its kind that is read.
  case tooLarge(path: String, bytes: Int, largestBytes: Int)
  /// The file is no JSON, is cut short, or holds a number that no double, or no integer, can be.
  case notJSON(path: String, reason: String)
  /// A key of an object is not there.
  case missingKey(path: String, key: String)
  /// A value is of another type than expected, or is none of those allowed.
  case wrongValue(path: String, key: String, reason: String)
  /// The kind of network is none that is known.
  case unknownKind(path: String, found: String)
  /// A list has more or fewer entries than another one wants.
  case wrongCount(path: String, key: String, found: Int, expected: Int)
  /// A threshold is not larger than the one before.
  case thresholdsNotIncreasing(path: String, index: Int)
  /// A block of weights stands outside its layer's matrix, or upon another block.
  case misplacedBlock(path: String, key: String, reason: String)
  /// A number of the network is NaN or infinite, which JSON cannot hold.
  case notFinite(key: String)

  /// Whether the input is missing, rather than wrong: `EX_NOINPUT` rather than `EX_DATAERR`.
  public var isMissingInput: Bool {
    switch self {
    case .notFound, .unreadable: true
    default: false
    }
  }

  /// The file, the key, what was found, what was expected, and what to try, on one line.
  public var description: String { message.onOneLine }

  private var message: String {
    switch self {
    case .notFound(let path):
      "\(path): not found; name a network.json, or a folder that holds one"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason); expected a file: check the path and its permissions"
    case .tooLarge(let path, let bytes, let largest):
      "\(path): \(bytes) bytes found, at most \(largest) expected: another file under this name?"
    case .notJSON(let path, let reason):
      "\(path): no JSON: \(reason) Expected one object of numbers that doubles hold: is the file cut "
        + "short? " + writeAgain
    case .missingKey(let path, let key):
      "\(path): \(key) is missing; " + writeAgain
    case .wrongValue(let path, let key, let reason):
      "\(path): \(key): \(reason); " + writeAgain
    case .unknownKind(let path, let found):
      "\(path): kind is \(found.debugDescription), expected shared-direction, feed-forward or "
        + "rational; " + writeAgain
    case .wrongCount(let path, let key, let found, let expected):
      "\(path): \(key) has \(found) entries, expected \(expected); " + writeAgain
    case .thresholdsNotIncreasing(let path, let index):
      "\(path): thresholds[\(index)] is not larger than the one before, expected increasing "
        + "thresholds; " + writeAgain
    case .misplacedBlock(let path, let key, let reason):
      "\(path): \(key) \(reason); " + writeAgain
    case .notFinite(let key):
      "\(key) is no finite number, so that the network cannot be written as JSON"
    }
  }
}

private let writeAgain = "write the file again with rethink interpolate --out"
