private import Datasets
public import Networks

/// Why a file of layers cannot be read or written.
///
/// Every description is one line: the file, the line, the key, the value found, what was expected.
public enum ArchitectureFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be read, or does not say what a file of layers says.
  case file(YAMLFileError)
  /// The layers do not make a network.
  case notANetwork(path: String, line: Int, ArchitectureError)
  /// A layer cannot be written.
  case unwritable(layer: String, reason: String)

  /// Whether the input is missing, rather than wrong: `EX_NOINPUT` rather than `EX_DATAERR`.
  public var isMissingInput: Bool {
    switch self {
    case .file(let error): error.isMissingInput
    default: false
    }
  }

  /// The file, the line, what was found, what was expected, and what to try, on one line.
  public var description: String { message.onOneLine }

  private var message: String {
    switch self {
    case .file(.notFound(let path)):
      "\(path): not found; name a file of layers, such as rethink model NAME --export yaml prints"
    case .file(let error): "\(error)"
    case .notANetwork(let path, let line, let error):
      "\(lineOfFile(path, line)): \(error)"
    case .unwritable(let layer, let reason):
      "layer \(layer) cannot be written to a file of layers: \(reason)"
    }
  }
}
