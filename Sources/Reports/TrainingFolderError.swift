public import NetworkFiles

/// Why the folder of a training cannot be written, or a training not be taken up from it.
///
/// Every description is one line: the file or folder, what was found, what to try.
public enum TrainingFolderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A new training is to be written where one is already.
  case holdsTraining(path: String)
  /// A file cannot be written.
  case report(ReportError)
  /// A checkpoint cannot be written or read.
  case checkpoint(CheckpointError)
  /// TensorBoard's events cannot be written.
  case events(TensorBoardFileError)
  /// The layers cannot be written.
  case architecture(ArchitectureFileError)
  /// The network cannot be written for onnxruntime.
  case onnx(ONNXFileError)

  /// The file or folder, what was found, and what to try, on one line.
  public var description: String {
    switch self {
    case .holdsTraining(let path):
      "\(path): holds a training already; resume that one, or name another folder"
    case .report(let error): "\(error)"
    case .checkpoint(let error): "\(error)"
    case .events(let error): "\(error)"
    case .architecture(let error): "\(error)"
    case .onnx(let error): "\(error)"
    }
  }
}
