import Datasets
import Experiments
import Foundation
import RandomStreams
import Reports
import Testing

/// A private folder of one test, removed at its end.
final class TestFolder {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "reports-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }

  /// All files and folders below, relative to the folder, sorted.
  func contents() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
  }

  /// The installed gnuplot without the terminals that have a text in their name.
  func gnuplot(without terminal: String) throws -> Gnuplot {
    let script = """
      #!/bin/sh
      if grep -q 'set terminal [a-z]*\(terminal)' "$2"; then
        echo 'line 1: unknown or ambiguous terminal type; type just set terminal' >&2
        exit 1
      fi
      exec gnuplot "$@"

      """
    try Data(script.utf8).write(to: URL(filePath: path("gnuplot")))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: path("gnuplot"))
    return Gnuplot(executable: path("gnuplot"))
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }
}

/// Random texts of characters that have a meaning somewhere in our formats.
struct HostileText {
  private static let pieces = [
    "\"", "'", "''", ",", ";", "\n", "\r", "\r\n", "\t", "\\", "\\n", "{", "}", "^", "_", "@", "$",
    "`", "%", "%s", "#", "&", "&#", "&#38;", "&amp;", "<", ">", "]]>", "<!--", "END", "\nEND\n",
    "ä", "日本", "👩‍🔬", "\u{0}", "\u{1B}", "\u{FFFF}", "\u{2028}", " ", "  ", "x", "12", "=",
    "unset", "system(\"false\")", "id='a'", "</svg>", "http",
  ]

  static func make(from stream: inout RandomStream, pieces count: Int) -> String {
    (0..<count).map { _ in pieces[stream.integer(below: pieces.count)] }.joined()
  }

  /// What of a text can be printed, without spaces.
  static func core(_ text: String) -> String {
    let kept = text.unicodeScalars.filter {
      !$0.properties.isWhitespace && $0.properties.generalCategory != .control
        && !$0.properties.isNoncharacterCodePoint
    }
    return String(String.UnicodeScalarView(kept))
  }
}

/// The number of pieces of a property test's text, short ones among them.
func size(of seed: UInt64) -> Int {
  let sizes = [0, 1, 2, 3, 5, 10, 50]
  return sizes[Int(seed) % sizes.count]
}
