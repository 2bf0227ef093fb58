// The only file that calls zlib. It uses `inflate` rather than `gzread`, because `gzread` does not
// always report a missing checksum: when the data asked for end exactly where the file is cut, it
// reports a clean end; and it skips whatever follows the compressed data.
private import CZlib

/// A data file, plain or compressed by gzip, read from front to back.
///
/// The first two bytes tell which, not the name: browsers decompress files and keep their `.gz`.
/// No file of this module's formats begins as gzip data do.
final class GzipFile {
  /// The length of the data, where the file tells it without being read: of plain files.
  let byteCount: Int?
  /// The path as the caller gave it.
  var path: String { input.path }

  private let input: InputFile
  private let inflater: Inflater?
  private var chunk = [UInt8](repeating: 0, count: chunkBytes)

  /// Opens a file.
  init(path: String) throws(DatasetFileError) {
    let input = try InputFile(path: path)
    var start: [UInt8] = [0, 0]
    let found = try start.withUnsafeMutableBufferPointer { bytes throws(DatasetFileError) in
      try input.read(into: bytes)
    }
    input.rewind()
    let isCompressed = found == 2 && start == [gzipStart, 0x8b]
    self.input = input
    byteCount = isCompressed ? nil : input.byteCount
    inflater = isCompressed ? Inflater(input: input) : nil
  }

  /// Reads the next bytes of the data.
  ///
  /// Memory grows with what the file really holds, so that a header's promise costs nothing.
  ///
  /// - Parameter limit: how many at most.
  /// - Returns: the bytes, less than `limit` only at the end of the data, which is then verified:
  ///   compressed data end with their checksum and their length.
  /// - Throws: ``DatasetFileError`` when the system cannot read or compressed data are damaged.
  func read(upTo limit: Int) throws(DatasetFileError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(limit, byteCount ?? 0))
    while bytes.count < limit {
      let wanted = min(limit - bytes.count, chunk.count)
      let found = try chunk.withUnsafeMutableBufferPointer { chunk throws(DatasetFileError) in
        let target = UnsafeMutableBufferPointer(rebasing: chunk[..<wanted])
        let found = try read(into: target)
        if bytes.count + found > bytes.capacity {
          bytes.reserveCapacity(min(limit, 2 * (bytes.count + found)))
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: chunk[..<found]))
        return found
      }
      if found < wanted { break }
    }
    return bytes
  }

  /// Whether all data have been read; compressed data are verified to their checksum.
  func isAtEnd() throws(DatasetFileError) -> Bool { try read(upTo: 1).isEmpty }

  /// All data of a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - limit: the most bytes that the caller takes.
  /// - Returns: the data.
  /// - Throws: ``DatasetFileError``, such as ``DatasetFileError/tooLarge(path:largestBytes:)``.
  static func contents(of path: String, limit: Int) throws(DatasetFileError) -> [UInt8] {
    let file = try GzipFile(path: path)
    if let byteCount = file.byteCount, byteCount > limit {
      throw .tooLarge(path: path, largestBytes: limit)
    }
    let bytes = try file.read(upTo: limit)
    guard try file.isAtEnd() else { throw .tooLarge(path: path, largestBytes: limit) }
    return bytes
  }

  private func read(
    into target: UnsafeMutableBufferPointer<UInt8>
  ) throws(DatasetFileError) -> Int {
    if let inflater { return try inflater.read(into: target) }
    return try input.read(into: target)
  }
}

private let chunkBytes = 1 << 17
private let gzipStart: UInt8 = 0x1f

/// The decompression of one file.
///
/// A class, because zlib's state must stay where it is and be freed once.
private final class Inflater {
  private let input: InputFile
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let packed = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: chunkBytes)
  private var isBetweenMembers = false

  init(input: InputFile) {
    self.input = input
    stream.initialize(to: z_stream())
    // The largest window, plus 16: gzip's header and trailer, and nothing else.
    let status = inflateInit2_(
      stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib does not start")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    packed.deallocate()
  }

  /// Decompresses the next bytes.
  ///
  /// - Parameter target: room for the bytes.
  /// - Returns: how many were written, less than there is room for only at the verified end.
  /// - Throws: ``DatasetFileError/damagedGzip(path:reason:)`` when the data are cut or damaged.
  func read(into target: UnsafeMutableBufferPointer<UInt8>) throws(DatasetFileError) -> Int {
    guard let start = target.baseAddress else { return 0 }
    var written = 0
    while written < target.count {
      if stream.pointee.avail_in == 0 {
        stream.pointee.avail_in = UInt32(try input.read(into: packed))
        stream.pointee.next_in = packed.baseAddress
      }
      let isInputOver = stream.pointee.avail_in == 0
      if isBetweenMembers {
        if isInputOver { return written }
        try beginMember()
      }
      let room = target.count - written
      stream.pointee.next_out = start + written
      stream.pointee.avail_out = UInt32(clamping: room)
      let status = inflate(stream, Z_NO_FLUSH)
      let produced = Int(UInt32(clamping: room) - stream.pointee.avail_out)
      written += produced
      switch status {
      case Z_STREAM_END:
        isBetweenMembers = true
      case Z_OK, Z_BUF_ERROR:
        if isInputOver && produced == 0 {
          throw damaged("they end before their checksum, the file is cut short")
        }
      default:
        throw damaged(stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)")
      }
    }
    return written
  }

  /// Gzip data are one or more members, one after the other (RFC 1952).
  private func beginMember() throws(DatasetFileError) {
    guard stream.pointee.next_in.pointee == gzipStart else {
      throw damaged("other bytes follow their end")
    }
    inflateReset(stream)
    isBetweenMembers = false
  }

  private func damaged(_ reason: String) -> DatasetFileError {
    .damagedGzip(path: input.path, reason: reason)
  }
}
