/// Real targets from a text file, one number on each line.
///
/// Blank lines and lines that begin with `#` are skipped. Numbers are written as in C or Python:
/// `1`, `-0.25`, `6.02e23`.
public enum TargetsFile {
  /// The longest file that is read, in bytes.
  public static let largestBytes = 1 << 30

  /// Reads the targets.
  ///
  /// - Parameter path: the file.
  /// - Returns: the numbers in the order of the lines, at least one, all finite.
  /// - Throws: ``DatasetFileError``, which names the line.
  /// - Complexity: linear in the length of the file.
  public static func values(at path: String) throws(DatasetFileError) -> [Double] {
    var values: [Double] = []
    for (index, text) in try textLines(at: path, limit: largestBytes).enumerated() {
      if text.isEmpty || text.hasPrefix("#") { continue }
      // Long lines are another kind of file; the message needs only their beginning.
      let shown = String(text.prefix(40))
      guard let value = Double(text) else {
        throw .notANumber(path: path, line: index + 1, text: shown)
      }
      guard value.isFinite else { throw .notFinite(path: path, line: index + 1, text: shown) }
      values.append(value)
    }
    guard !values.isEmpty else { throw .empty(path: path) }
    return values
  }
}
