private import Datasets
public import Kernels

/// Why a factor cannot be kept in a folder, or not be taken from it.
///
/// Every description is one line: the folder or file, what was found, what was expected, what to try.
public enum FactorFolderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is something else than a folder at the path.
  case notAFolder(path: String)
  /// The folder holds files, but no factor.
  case otherContent(path: String, reason: String)
  /// The factor is of another problem; `key` names the first value that differs.
  case otherProblem(path: String, key: String, found: String, expected: String)
  /// The system does not let the folder or a file in it be read.
  case unreadable(path: String, reason: String)
  /// A panel is damaged or missing, and later ones are there.
  case damaged(path: String, reason: String)
  /// The disk has less free space than the panels that are left to make.
  case noSpace(path: String, needed: Int, free: Int)
  /// The folder or a file in it cannot be written; panels written before are as they were.
  case cannotWrite(path: String, reason: String)
  /// The factorisation itself failed.
  case kernel(KernelError)
  /// The factorisation was stopped between two panels.
  case stopped(path: String, panels: Int, of: Int)

  /// Where, what was found, what was expected, and what to try, on one line.
  public var description: String { message.onOneLine }

  private var message: String {
    switch self {
    case .notAFolder(let path):
      "\(path): no folder; name one for the factor, or a place where nothing is yet"
    case .otherContent(let path, let reason):
      "\(path): \(reason); name a new or empty folder, or that of a factor"
    case .otherProblem(let path, let key, let found, let expected):
      "\(path): the factor is of another problem: \(key) \(found) found, \(expected) expected; "
        + "name another folder"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason); check the path and its permissions"
    case .damaged(let path, let reason):
      "\(path): \(reason), and later panels are there; remove them and this one, and they are "
        + "made again"
    case .noSpace(let path, let needed, let free):
      "\(path): the panels that are left take \(needed) bytes, \(free) are free on the disk; free "
        + "some, name a folder on another disk, or take single precision"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason); check the path, its permissions and the free space"
    case .kernel(let error): "kernel regression: \(error)"
    case .stopped(let path, let panels, let count):
      "\(path): interrupted after panel \(panels) of \(count); the same command goes on from there"
    }
  }
}
