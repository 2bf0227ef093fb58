/// The lines of a text file, without surrounding white space.
///
/// - Parameters:
///   - path: the file, in UTF-8.
///   - limit: the most bytes that the caller takes.
/// - Returns: the lines, the first being line 1; text after the last line break is a line too.
/// - Throws: ``DatasetFileError`` when the file cannot be read or is longer than `limit`.
func textLines(at path: String, limit: Int) throws(DatasetFileError) -> [String] {
  let bytes = try GzipFile.contents(of: path, limit: limit)
  return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
    let isWhite: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0d).contains($0) }
    let start = line.drop(while: isWhite)
    let end = start.lastIndex { !isWhite($0) }.map { $0 + 1 } ?? start.startIndex
    return String(decoding: start[..<end], as: UTF8.self)
  }
}
