private import Foundation

/// The bytes of a file that is neither a folder, a pipe nor a device.
package enum RegularFile {
  /// Why a file cannot be read.
  package enum Failure: Error {
    case notFound
    case unreadable(reason: String)
    case tooLarge(bytes: Int)
  }

  /// Reads a whole file of at most `largestBytes`.
  package static func contents(of path: String, largestBytes: Int) throws(Failure) -> [UInt8] {
    var info = stat()
    guard stat(path, &info) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .notFound }
      throw .unreadable(reason: SystemFailure.last.reason)
    }
    // Opening a pipe would wait for its writer.
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(reason: "it is no regular file")
    }
    guard info.st_size <= largestBytes else { throw .tooLarge(bytes: Int(info.st_size)) }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw .unreadable(reason: SystemFailure.last.reason)
    }
    do {
      return Array(try file.readToEnd() ?? Data())
    } catch {
      throw .unreadable(reason: error.localizedDescription)
    }
  }
}
