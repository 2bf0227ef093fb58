private import Datasets

/// Why a folder of runs cannot be used.
///
/// Every description is one line: the file or folder, what was found, what to try.
public enum RunStoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The folder cannot be made, or cannot be written to.
  case cannotCreate(path: String, reason: String)
  /// A file cannot be written, renamed or removed.
  case cannotWrite(path: String, reason: String)
  /// A file cannot be read, or holds something else than it should.
  case cannotRead(path: String, reason: String)
  /// A run has a name that makes no folder.
  case name(String)
  /// A program cannot be started.
  case cannotStart(path: String, reason: String)

  /// What happened and what to try, on one line.
  public var description: String { message.onOneLine }

  private var message: String {
    switch self {
    case .cannotCreate(let path, let reason):
      "\(path): cannot be used as a folder of runs: \(reason); name a folder that you may write"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason); free space there, or name another folder"
    case .cannotRead(let path, let reason):
      "\(path): cannot be read: \(reason); remove the run's folder to begin it anew"
    case .name(let name):
      "\(name.debugDescription): no name of a run, expected words with single slashes between "
        + "them, none of them . or .."
    case .cannotStart(let path, let reason):
      "\(path): cannot be started: \(reason)"
    }
  }
}
