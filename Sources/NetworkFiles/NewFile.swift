private import Foundation

/// What the system said of a call that failed.
package struct SystemFailure: Error {
  package var code: Int32

  package var reason: String { String(cString: strerror(code)) }

  package static var last: SystemFailure { SystemFailure(code: errno) }
}

/// Writes a file that must not exist yet, for whom `mode` allows; removes it on failure.
///
/// - Parameters:
///   - bytes: the whole content.
///   - path: where no file is yet.
///   - mode: the permissions, before the process's mask.
///   - synchronize: whether to wait until the disk has the bytes.
/// - Throws: what the system said.
package func writeNewFile(
  _ bytes: [UInt8], at path: String, mode: UInt32 = 0o666, synchronize: Bool = false
) throws(SystemFailure) {
  try writeNewFile(at: path, mode: mode, synchronize: synchronize) { writeAll(bytes, to: $0) }
}

/// Writes a file that must not exist yet, piece by piece; removes it on failure.
///
/// - Parameters:
///   - path: where no file is yet.
///   - mode: the permissions, before the process's mask.
///   - synchronize: whether to wait until the disk has the bytes.
///   - body: writes to the open file and returns what went wrong.
/// - Throws: what the system said.
package func writeNewFile(
  at path: String, mode: UInt32 = 0o666, synchronize: Bool = false,
  writing body: (Int32) -> SystemFailure?
) throws(SystemFailure) {
  let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
  guard file >= 0 else { throw .last }
  var failure = body(file)
  if synchronize && failure == nil && fsync(file) != 0 { failure = .last }
  // A full network disk may be told only here.
  if close(file) != 0 && failure == nil { failure = .last }
  if let failure {
    unlink(path)
    throw failure
  }
}

/// Writes bytes to an open file.
///
/// - Returns: what went wrong; a part of the bytes may then stand in the file.
package func writeAll(_ bytes: [UInt8], to file: Int32) -> SystemFailure? {
  bytes.withUnsafeBytes { writeAll($0, to: file) }
}

/// Writes bytes in memory to an open file.
///
/// - Returns: what went wrong; a part of the bytes may then stand in the file.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> SystemFailure? {
  var done = 0
  while done < bytes.count {
    let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
    let count = Foundation.write(file, rest.baseAddress, rest.count)
    if count >= 0 {
      done += count
    } else if errno != EINTR {
      return .last
    }
  }
  return nil
}

/// Waits until the disk has the names of a folder.
package func synchronizeFolder(_ path: String) throws(SystemFailure) {
  let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard folder >= 0 else { throw .last }
  defer { close(folder) }
  if fsync(folder) != 0 { throw .last }
}

/// A name that no other file of the folder has.
package func temporaryPath(beside path: String) -> String {
  join(folder(of: path), ".\(UUID().uuidString).temporary")
}

/// The folder that holds a file or folder.
package func folder(of path: String) -> String {
  var rest = Substring(path)
  while rest.count > 1 && rest.last == "/" { rest.removeLast() }
  guard let slash = rest.lastIndex(of: "/") else { return "." }
  return slash == rest.startIndex ? "/" : String(rest[..<slash])
}

/// A path inside a folder.
package func join(_ folder: String, _ name: String) -> String {
  folder.hasSuffix("/") ? folder + name : folder + "/" + name
}
