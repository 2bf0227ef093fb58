private import Datasets

/// Why a YAML file that people write cannot be read.
///
/// Every description is one line: the file, the line, the key, the value found, what was expected.
public enum YAMLFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no such file.
  case notFound(path: String)
  /// The file is there, but the system does not let it be read, or it is no regular file.
  case unreadable(path: String, reason: String)
  /// The file is longer than any file of its kind that is read.
  case tooLarge(path: String, bytes: Int, largestBytes: Int)
  /// The file is no YAML; `line` counts from 1, 0 where it is not known.
  case notYAML(path: String, line: Int, reason: String)
  /// A key, or a word that stands for one, is none that is known; the nearest known ones come first.
  case unknownKey(path: String, line: Int, key: String, place: String, known: [String])
  /// A key is not there.
  case missingKey(path: String, line: Int, key: String, place: String)
  /// A value is none of those allowed.
  case wrongValue(path: String, line: Int, key: String, found: String, expected: String)
  /// There is more of something than is read.
  case tooMany(path: String, line: Int, what: String, limit: Int)

  /// Whether the input is missing, rather than wrong: `EX_NOINPUT` rather than `EX_DATAERR`.
  public var isMissingInput: Bool {
    switch self {
    case .notFound, .unreadable: true
    default: false
    }
  }

  /// The file, the line, what was found, what was expected, and what to try, on one line.
  public var description: String { message.onOneLine }

  private var message: String {
    switch self {
    case .notFound(let path):
      "\(path): not found, expected a YAML file; check the path"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason); expected a file: check the path and its permissions"
    case .tooLarge(let path, let bytes, let largest):
      "\(path): \(bytes) bytes found, at most \(largest) expected: another file under this name?"
    case .notYAML(let path, let line, let reason):
      "\(lineOfFile(path, line)): no YAML: \(reason)"
    case .unknownKey(let path, let line, let key, let place, let known):
      "\(lineOfFile(path, line)): \(key.debugDescription) is not known in \(place), expected "
        + (known.isEmpty ? "no key" : choice(known))
    case .missingKey(let path, let line, let key, let place):
      "\(lineOfFile(path, line)): \(key) is missing in \(place)"
    case .wrongValue(let path, let line, let key, let found, let expected):
      "\(lineOfFile(path, line)): \(key) is \(found), expected \(expected)"
    case .tooMany(let path, let line, let what, let limit):
      "\(lineOfFile(path, line)): more \(what) than the \(limit) that are read"
    }
  }
}

/// Such as `plan.yaml: line 3`; the path alone where the line is not known.
package func lineOfFile(_ path: String, _ line: Int) -> String {
  line > 0 ? "\(path): line \(line)" : path
}

/// Such as `size, stride or padding`.
package func choice(_ words: [String]) -> String {
  words.count < 2
    ? words.joined()
    : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
}

/// Words in the order of their distance from a word, the nearest first.
///
/// The distance is the least number of characters put in, left out or replaced (Levenshtein).
package func nearest(to word: String, among words: [String]) -> [String] {
  let word = Array(word.lowercased().prefix(100))
  func distance(_ other: [Character]) -> Int {
    var row = Array(0...other.count)
    for (i, character) in word.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, candidate) in other.enumerated() {
        let replaced = diagonal + (character == candidate ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[other.count]
  }
  return words.enumerated()
    .sorted { (distance(Array($0.element)), $0.offset) < (distance(Array($1.element)), $1.offset) }
    .map(\.element)
}
