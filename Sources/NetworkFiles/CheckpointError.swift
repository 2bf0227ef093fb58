private import Datasets

/// Why a checkpoint cannot be written or read.
///
/// Every description is one line: the folder or file, what was found, what was expected.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The folder holds no checkpoint, or is not there.
  case none(folder: String)
  /// The system does not let the folder or a file in it be read.
  case unreadable(path: String, reason: String)
  /// Every checkpoint of the folder is damaged; the latest comes first.
  case damaged([DamagedCheckpoint])
  /// The checkpoint is of another network; `found` and `expected` are the first lines that differ.
  case otherArchitecture(path: String, found: String, expected: String)
  /// The checkpoint was made under another configuration; `key` names the first value that differs.
  case otherConfiguration(path: String, key: String, found: String, expected: String)
  /// The file is whole, but does not hold what a checkpoint of this network holds.
  case otherContent(path: String, reason: String)
  /// The checkpoint cannot be written; those written before are as they were.
  case cannotWrite(path: String, reason: String)

  /// Where, what was found, what was expected, and what to try, on one line.
  public var description: String { message.onOneLine }

  private var message: String {
    switch self {
    case .none(let folder):
      "\(folder): no checkpoint found; start the training anew, or name the folder of one"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason); check the path and its permissions"
    case .damaged(let files):
      "no checkpoint is whole: " + files.map(\.description).joined(separator: "; ")
        + "; start the training anew"
    case .otherArchitecture(let path, let found, let expected):
      "\(path): the checkpoint is of another network: \(found.debugDescription) found, "
        + "\(expected.debugDescription) expected; resume with the same network"
    case .otherConfiguration(let path, let key, let found, let expected):
      "\(path): the checkpoint was made with \(key) = \(found), \(expected) expected; "
        + "resume with the same options"
    case .otherContent(let path, let reason):
      "\(path): \(reason); written by another version?"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason); check the path, its permissions and the free space"
    }
  }
}
