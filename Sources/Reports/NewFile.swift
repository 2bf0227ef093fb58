private import Foundation

/// What the system said of a call that failed.
struct SystemFailure: Error {
  var code: Int32

  var reason: String { String(cString: strerror(code)) }

  static var last: SystemFailure { SystemFailure(code: errno) }
}

/// Writes a file that must not exist yet, for whom `mode` allows; removes it on failure.
func writeNewFile(
  _ bytes: [UInt8], at path: String, mode: UInt32 = 0o666
) throws(SystemFailure) {
  let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
  guard file >= 0 else { throw .last }
  var failure = writeAll(bytes, to: file)
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
func writeAll(_ bytes: [UInt8], to file: Int32) -> SystemFailure? {
  var done = 0
  while done < bytes.count {
    let count = bytes[done...].withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
    if count >= 0 {
      done += count
    } else if errno != EINTR {
      return .last
    }
  }
  return nil
}

/// A name that no other file of the folder has.
func temporaryPath(beside path: String) -> String {
  join(folder(of: path), ".\(UUID().uuidString).temporary")
}

/// The folder that holds a file or folder.
func folder(of path: String) -> String {
  var rest = Substring(path)
  while rest.count > 1 && rest.last == "/" { rest.removeLast() }
  guard let slash = rest.lastIndex(of: "/") else { return "." }
  return slash == rest.startIndex ? "/" : String(rest[..<slash])
}

/// A path inside a folder.
func join(_ folder: String, _ name: String) -> String {
  folder.hasSuffix("/") ? folder + name : folder + "/" + name
}
