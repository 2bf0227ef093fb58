/// Why bytes are no safetensors file, or no network of this package.
///
/// Positions count bytes of the file from 0.
public enum SafetensorsFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file ends before the data that its first eight bytes or its header promise.
  case truncated(expectedBytes: Int, foundBytes: Int)
  /// The file goes on after the data that its header promises.
  case trailingBytes(expectedBytes: Int, foundBytes: Int)
  /// The first eight bytes promise a longer header than any such file has.
  case headerTooLong(bytes: UInt64, limit: Int)
  /// The header is not the JSON that the format prescribes.
  case malformedHeader(position: Int, expected: String)
  /// Two tensors or two entries of one object have the same name.
  case duplicateName(position: Int, name: String)
  /// A tensor is of a type that is not read.
  case unsupportedType(tensor: String, type: String)
  /// A tensor is of another type than the network's.
  case wrongType(tensor: String, found: ElementType, expected: ElementType)
  /// A tensor has more bytes than can be addressed.
  case tooLarge(tensor: String, shape: [Int])
  /// A tensor does not begin where the one before ends.
  case notContiguous(tensor: String, begin: Int, expected: Int)
  /// A tensor does not have the length of its shape.
  case wrongLength(tensor: String, bytes: Int, expected: Int)
  /// The metadata lack an entry of a network, or hold another value.
  case wrongMetadata(key: String, found: String?, expected: String)
  /// A tensor of the network is not there.
  case missingTensor(name: String)
  /// A tensor does not belong to the network.
  case unexpectedTensor(name: String)
  /// A tensor has another shape than the rest of the network wants; nil stands for any size.
  case wrongShape(tensor: String, found: [Int], expected: [Int?])
  /// A threshold is not larger than the one before.
  case thresholdsNotIncreasing(index: Int)

  /// Where, what was found, what was expected, and what to try, on one line.
  public var description: String {
    switch self {
    case .truncated(let expected, let found):
      "\(found) bytes found, \(expected) expected by the header: the file is cut short; "
        + exportAgain
    case .trailingBytes(let expected, let found):
      "\(found) bytes found, \(expected) expected by the header: bytes follow the last tensor; "
        + exportAgain
    case .headerTooLong(let bytes, let limit):
      "the first eight bytes promise a header of \(bytes) bytes, at most \(limit) expected: "
        + "not a safetensors file?"
    case .malformedHeader(let position, let expected):
      "the header is wrong at byte \(position), expected \(expected); " + exportAgain
    case .duplicateName(let position, let name):
      "the name \(name.debugDescription) stands a second time at byte \(position), "
        + "expected once; " + exportAgain
    case .unsupportedType(let tensor, let type):
      "tensor \(tensor.debugDescription) is of type \(type.debugDescription), expected "
        + ElementType.allCases.map(\.rawValue).joined(separator: ", ")
        + ": store single or double precision"
    case .wrongType(let tensor, let found, let expected):
      "tensor \(tensor.debugDescription) is of type \(found.rawValue), expected "
        + "\(expected.rawValue): read or store the network in the other precision"
    case .tooLarge(let tensor, let shape):
      "tensor \(tensor.debugDescription) has shape \(shape), more bytes than can be addressed; "
        + exportAgain
    case .notContiguous(let tensor, let begin, let expected):
      "tensor \(tensor.debugDescription) begins at byte \(begin) of the data, expected \(expected), "
        + "where the one before ends; " + exportAgain
    case .wrongLength(let tensor, let bytes, let expected):
      "tensor \(tensor.debugDescription) has \(bytes) bytes, expected \(expected) by its shape; "
        + exportAgain
    case .wrongMetadata(let key, let found, let expected):
      "the metadata hold \(found?.debugDescription ?? "nothing") as \(key.debugDescription), "
        + "expected \(expected): not a network of rethink, or of another version?"
    case .missingTensor(let name):
      "tensor \(name.debugDescription) is missing; " + exportAgain
    case .unexpectedTensor(let name):
      "tensor \(name.debugDescription) does not belong to the network that the metadata announce; "
        + exportAgain
    case .wrongShape(let tensor, let found, let expected):
      "tensor \(tensor.debugDescription) has shape \(found), expected "
        + "[\(expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", "))]; "
        + exportAgain
    case .thresholdsNotIncreasing(let index):
      "threshold \(index) is not larger than the one before; " + exportAgain
    }
  }
}

private let exportAgain = "export the network again"
