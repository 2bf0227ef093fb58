private import Datasets
private import Foundation
internal import NetworkFiles

/// A file of events that TensorBoard shows, while a run appends to it.
///
/// The file holds whole records only: one that cannot be written to its end is taken back. A run
/// that is resumed continues its file from the length it had at the checkpoint. A TensorBoard that
/// has read further by then shows the old events until it is started again.
public struct TensorBoardFile: Sendable {
  /// The path as the caller gave it.
  public let path: String
  /// The length of the file; a checkpoint keeps it for ``init(continuing:byteCount:)``.
  public private(set) var byteCount: Int

  /// A name for an event file, by which TensorBoard finds it and puts it in order of time.
  ///
  /// - Parameters:
  ///   - seconds: since the beginning of 1970, at least 0.
  ///   - host: the name of the machine; a slash in it becomes a hyphen.
  /// - Returns: `events.out.tfevents.SECONDS.HOST`, seconds with ten digits or more.
  public static func name(seconds: Int, host: String = hostName) -> String {
    let digits = String(seconds)
    let zeros = String(repeating: "0", count: max(0, 10 - digits.count))
    let host = String(host.map { $0 == "/" || $0 == "\0" ? "-" : $0 })
    return "events.out.tfevents.\(zeros)\(digits).\(host)"
  }

  /// The name of this machine.
  public static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    // The last byte stays 0 also where the name is cut.
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Makes a file with the format's version in it.
  ///
  /// - Parameters:
  ///   - path: a path that does not exist, in a folder that does; see ``name(seconds:host:)``.
  ///   - wallTime: seconds since the beginning of 1970, UTC.
  /// - Throws: ``TensorBoardFileError/notAnEventFileName(path:)`` where TensorBoard would not see
  ///   the file; ``TensorBoardFileError/cannotCreate(path:reason:)``, and no file is left.
  public init(creating path: String, wallTime: Double) throws(TensorBoardFileError) {
    try checkName(path)
    let bytes = TensorBoardEvent(wallTime: wallTime, .fileVersion).record()
    do throws(SystemFailure) {
      try writeNewFile(bytes, at: path)
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
    (self.path, byteCount) = (path, bytes.count)
  }

  /// Takes a file that exists and cuts off what follows its first bytes.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - byteCount: the length to keep, at least that of the first record.
  /// - Throws: ``TensorBoardFileError/notAnEventFileName(path:)``;
  ///   ``TensorBoardFileError/cannotOpen(path:reason:)``;
  ///   ``TensorBoardFileError/wrongLength(path:expected:found:)`` for a file that is shorter;
  ///   ``TensorBoardFileError/brokenRecord(path:position:)`` where the length kept is not one of
  ///   whole records with their checksums; ``TensorBoardFileError/cannotWrite(path:reason:)``. The
  ///   file then is as it was.
  /// - Complexity: reads the bytes kept, record by record.
  public init(continuing path: String, byteCount: Int) throws(TensorBoardFileError) {
    try checkName(path)
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { throw .cannotOpen(path: path, reason: SystemFailure.last.reason) }
    defer { close(file) }
    let found = size(of: file)
    guard found >= byteCount else {
      throw .wrongLength(path: path, expected: byteCount, found: found)
    }
    var position = 0
    repeat {
      guard let next = endOfRecord(at: position, in: file, before: byteCount) else {
        throw .brokenRecord(path: path, position: position)
      }
      position = next
    } while position < byteCount
    guard found == byteCount || ftruncate(file, byteCount) == 0 else {
      throw .cannotWrite(path: path, reason: SystemFailure.last.reason)
    }
    (self.path, self.byteCount) = (path, byteCount)
  }

  /// Takes a file that exists and cuts off the events after a step.
  ///
  /// The rest of a record that a run could not write to its end goes, too.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - step: the last training step whose events stay.
  /// - Throws: as ``init(continuing:byteCount:)``; ``TensorBoardFileError/brokenRecord(path:position:)``
  ///   where the file does not begin with a whole record.
  /// - Complexity: reads the file, record by record.
  public init(continuing path: String, throughStep step: Int) throws(TensorBoardFileError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .cannotOpen(path: path, reason: SystemFailure.last.reason) }
    defer { close(file) }
    let end = size(of: file)
    var position = 0
    while let next = endOfRecord(at: position, in: file, before: end) {
      // The event's time and step stand at its beginning, before anything long.
      let count = min(20, next - position - TFRecord.headerSize - TFRecord.footerSize)
      let head = read(count, at: position + TFRecord.headerSize, in: file) ?? []
      if TensorBoardEvent.step(head: head) > step { break }
      position = next
    }
    guard position > 0 else { throw .brokenRecord(path: path, position: 0) }
    try self.init(continuing: path, byteCount: position)
  }

  /// Writes events after those that are there.
  ///
  /// - Parameter events: what to write, in the order of time.
  /// - Throws: ``TensorBoardFileError/cannotOpen(path:reason:)``;
  ///   ``TensorBoardFileError/wrongLength(path:expected:found:)`` where something else has changed
  ///   the file; ``TensorBoardFileError/cannotWrite(path:reason:)``. The file then is as it was.
  /// - Complexity: opens and closes the file; linear in the bytes written.
  public mutating func append(_ events: [TensorBoardEvent]) throws(TensorBoardFileError) {
    let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard file >= 0 else { throw .cannotOpen(path: path, reason: SystemFailure.last.reason) }
    let found = size(of: file)
    guard found == byteCount else {
      close(file)
      throw .wrongLength(path: path, expected: byteCount, found: found)
    }
    let bytes = Array(events.map { $0.record() }.joined())
    var failure = writeAll(bytes, to: file)
    // A full network disk may be told only here.
    if close(file) != 0 && failure == nil { failure = .last }
    if let failure {
      truncate(path, byteCount)
      throw .cannotWrite(path: path, reason: failure.reason)
    }
    byteCount += bytes.count
  }
}

/// Why an event file cannot be made, continued or written to.
public enum TensorBoardFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// TensorBoard would not look into a file of this name.
  case notAnEventFileName(path: String)
  /// A file cannot be made.
  case cannotCreate(path: String, reason: String)
  /// A file cannot be opened.
  case cannotOpen(path: String, reason: String)
  /// A file cannot be written.
  case cannotWrite(path: String, reason: String)
  /// A file has not the length that it was left with.
  case wrongLength(path: String, expected: Int, found: Int)
  /// No whole record stands at a position, counted in bytes from 0.
  case brokenRecord(path: String, position: Int)

  /// The file, what was found, what was expected, and what to try, on one line.
  public var description: String { message.onOneLine }

  private var message: String {
    switch self {
    case .notAnEventFileName(let path):
      "\(path): TensorBoard reads files with \"tfevents\" in their name only: "
        + "call it \(TensorBoardFile.name(seconds: 1_700_000_000, host: "host")) or alike"
    case .cannotCreate(let path, let reason):
      "\(path): cannot be created: \(reason); name a new file in a folder that you may write"
    case .cannotOpen(let path, let reason):
      "\(path): cannot be opened: \(reason); begin a new event file"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason); free space there, or name another folder"
    case .wrongLength(let path, let expected, let found):
      "\(path): has \(found) bytes, \(expected) expected: changed by something else; "
        + "begin a new event file"
    case .brokenRecord(let path, let position):
      "\(path): no whole record at byte \(position) of those to keep: not the file of this run, or "
        + "damaged; begin a new event file"
    }
  }
}

private func checkName(_ path: String) throws(TensorBoardFileError) {
  guard path.split(separator: "/").last?.contains("tfevents") == true else {
    throw .notAnEventFileName(path: path)
  }
}

private func size(of file: Int32) -> Int {
  var info = stat()
  return fstat(file, &info) == 0 ? Int(info.st_size) : 0
}

/// Where the record ends that begins at a position; nil where none does.
private func endOfRecord(at position: Int, in file: Int32, before end: Int) -> Int? {
  let data = position + TFRecord.headerSize
  guard data + TFRecord.footerSize <= end,
    let header = read(TFRecord.headerSize, at: position, in: file),
    let size = TFRecord.dataSize(header: header),
    size <= UInt64(end - data - TFRecord.footerSize)
  else { return nil }
  let count = Int(size) + TFRecord.footerSize
  guard let rest = read(count, at: data, in: file), TFRecord.isIntact(dataAndFooter: rest) else {
    return nil
  }
  return data + count
}

private func read(_ count: Int, at position: Int, in file: Int32) -> [UInt8]? {
  var bytes = [UInt8](repeating: 0, count: count)
  var done = 0
  while done < count {
    let part = bytes.withUnsafeMutableBytes {
      pread(file, $0.baseAddress.map { $0 + done }, count - done, off_t(position + done))
    }
    if part < 0 && errno == EINTR { continue }
    guard part > 0 else { return nil }
    done += part
  }
  return bytes
}
