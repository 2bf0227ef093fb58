private import Foundation
private import NetworkFiles

/// The folder that a run writes its files to.
///
/// A file appears under its name only when it is whole: it is written under a temporary name in the
/// same folder and renamed. A failure leaves neither a part of a file nor a new empty folder.
public struct RunFolder: Sendable {
  /// The path as the caller gave it.
  public let path: String

  /// Proves that a folder can be made and written to, or takes one that exists.
  ///
  /// A folder made for the proof is removed again, so that a run that fails leaves none; the first
  /// file brings it back.
  ///
  /// - Parameter path: the folder; files in it keep their content until they are written anew.
  /// - Throws: ``ReportError/cannotCreate(path:reason:)``; folders made on the way are removed.
  public init(creating path: String) throws(ReportError) {
    let path = path.isEmpty ? "." : path
    self.path = path
    let made: [String]
    do throws(SystemFailure) {
      made = try makeFolders(path)
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
    do throws(SystemFailure) {
      let trial = temporaryPath(beside: join(path, "trial"))
      try writeNewFile(Array("a trial of this folder\n".utf8), at: trial)
      unlink(trial)
      removeFolders(made)
    } catch {
      removeFolders(made)
      throw .cannotCreate(path: path, reason: error.reason)
    }
  }

  /// The path of a file in this folder.
  ///
  /// - Parameter name: a name, or a path relative to this folder.
  /// - Returns: the path.
  public func pathOf(_ name: String) -> String { join(path, name) }

  /// Writes a text as UTF-8, replacing what the file held.
  ///
  /// - Parameters:
  ///   - text: what to write.
  ///   - name: the file, relative to this folder; folders in it are made.
  /// - Throws: ``ReportError/cannotWrite(path:reason:)``; the file then is as it was.
  public func write(_ text: String, to name: String) throws(ReportError) {
    try write(bytes: Array(text.utf8), to: name)
  }

  /// Writes bytes, replacing what the file held.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - name: the file, relative to this folder; folders in it are made.
  /// - Throws: ``ReportError/cannotWrite(path:reason:)``; the file then is as it was.
  public func write(bytes: [UInt8], to name: String) throws(ReportError) {
    let target = pathOf(name)
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !["", ".", ".."].contains($0) }) else {
      throw .cannotWrite(
        path: target, reason: "\(name.debugDescription) is no name inside a folder")
    }
    var made: [String] = []
    do throws(SystemFailure) {
      made = try makeFolders(folder(of: target))
      let temporary = temporaryPath(beside: target)
      try writeNewFile(bytes, at: temporary)
      guard rename(temporary, target) == 0 else {
        let failure = SystemFailure.last
        unlink(temporary)
        throw failure
      }
    } catch {
      removeFolders(made)
      throw .cannotWrite(path: target, reason: error.reason)
    }
  }
}

/// Makes a folder and its parents.
///
/// - Returns: the folders made, outermost first.
/// - Throws: after removing what it made.
private func makeFolders(_ path: String) throws(SystemFailure) -> [String] {
  if isFolder(path) { return [] }
  if mkdir(path, 0o777) == 0 { return [path] }
  let failure = SystemFailure.last
  let parent = folder(of: path)
  // Another process may have made it in between.
  if isFolder(path) { return [] }
  guard failure.code == ENOENT, parent != path else { throw failure }
  let made = try makeFolders(parent)
  guard mkdir(path, 0o777) == 0 || isFolder(path) else {
    let failure = SystemFailure.last
    removeFolders(made)
    throw failure
  }
  return made + [path]
}

private func removeFolders(_ made: [String]) {
  for path in made.reversed() { rmdir(path) }
}

private func isFolder(_ path: String) -> Bool {
  var info = stat()
  return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
}
