private import Foundation

/// The folder that a run writes its files to.
///
/// A file appears under its name only when it is whole: it is written under a temporary name in the
/// same folder and renamed. A failure leaves neither a part of a file nor a new empty folder.
public struct RunFolder: Sendable {
  /// The path as the caller gave it.
  public let path: String

  /// Makes a folder and its parents, or takes one that exists; proves that it can be written to.
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

/// What the system said of a call that failed.
private struct SystemFailure: Error {
  var code: Int32

  var reason: String { String(cString: strerror(code)) }

  static var last: SystemFailure { SystemFailure(code: errno) }
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

/// Writes a file that must not exist yet; removes it on failure.
private func writeNewFile(_ bytes: [UInt8], at path: String) throws(SystemFailure) {
  let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  guard file >= 0 else { throw .last }
  var failure: SystemFailure?
  var done = 0
  while done < bytes.count && failure == nil {
    let count = bytes[done...].withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
    if count >= 0 {
      done += count
    } else if errno != EINTR {
      failure = .last
    }
  }
  // A full network disk may be told only here.
  if close(file) != 0 && failure == nil { failure = .last }
  if let failure {
    unlink(path)
    throw failure
  }
}

/// A name that no other file of the folder has.
private func temporaryPath(beside path: String) -> String {
  join(folder(of: path), ".\(UUID().uuidString).temporary")
}

/// The folder that holds a file or folder.
private func folder(of path: String) -> String {
  var rest = Substring(path)
  while rest.count > 1 && rest.last == "/" { rest.removeLast() }
  guard let slash = rest.lastIndex(of: "/") else { return "." }
  return slash == rest.startIndex ? "/" : String(rest[..<slash])
}

private func join(_ folder: String, _ name: String) -> String {
  folder.hasSuffix("/") ? folder + name : folder + "/" + name
}
