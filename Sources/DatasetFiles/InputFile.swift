private import Foundation

/// A regular file, read from front to back.
///
/// A class, because the system's handle must be closed once.
final class InputFile {
  /// The path as the caller gave it.
  let path: String
  /// The length of the file on disk.
  let byteCount: Int
  private let handle: UnsafeMutablePointer<FILE>

  /// Opens a file.
  ///
  /// Folders, pipes and devices are refused: opening a pipe would wait for its writer.
  init(path: String) throws(DatasetFileError) {
    var info = stat()
    guard stat(path, &info) == 0 else { throw openingError(path) }
    let kind = info.st_mode & S_IFMT
    guard kind == S_IFREG else {
      throw .unreadable(
        path: path, reason: kind == S_IFDIR ? "it is a folder" : "it is no regular file")
    }
    guard let handle = fopen(path, "rb") else { throw openingError(path) }
    self.path = path
    byteCount = Int(info.st_size)
    self.handle = handle
  }

  deinit { fclose(handle) }

  /// Reads the next bytes.
  ///
  /// - Parameter target: room for the bytes.
  /// - Returns: how many were read, less than there is room for only at the file's end.
  /// - Throws: ``DatasetFileError/unreadable(path:reason:)`` when the system cannot read.
  func read(into target: UnsafeMutableBufferPointer<UInt8>) throws(DatasetFileError) -> Int {
    let found = fread(target.baseAddress, 1, target.count, handle)
    if found < target.count && ferror(handle) != 0 {
      throw .unreadable(path: path, reason: systemReason())
    }
    return found
  }

  /// Goes back to the first byte.
  func rewind() { Foundation.rewind(handle) }
}

private func openingError(_ path: String) -> DatasetFileError {
  if errno == ENOENT || errno == ENOTDIR {
    return .notFound(path: path, whatToTry: "check the path")
  }
  return .unreadable(path: path, reason: systemReason())
}

private func systemReason() -> String { String(cString: strerror(errno)) }
