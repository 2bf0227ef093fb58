/// Why a network cannot be written as an ONNX model.
public enum ONNXFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The model would be larger than the format allows.
  case tooLarge(byteCount: Int, limit: Int, whatToTry: String)

  /// The size found, the limit, and what to try, on one line.
  public var description: String {
    switch self {
    case .tooLarge(let byteCount, let limit, let whatToTry):
      "the ONNX model would have \(byteCount) bytes, a protocol buffer has at most \(limit): "
        + whatToTry
    }
  }
}
