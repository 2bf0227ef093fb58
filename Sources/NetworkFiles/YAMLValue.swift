private import Foundation
private import Yams

/// A value of a YAML file with the line that it stands on, for files that people write.
///
/// A file is read by asking for what is expected; what is not there is an error that names the
/// file, the line and the key.
package struct YAMLValue: Sendable {
  /// What errors call the file.
  package let path: String
  /// The line, counted from 1; 0 where the parser does not tell it.
  package let line: Int
  private let content: Content

  private indirect enum Content: Sendable {
    case text(String, isPlainNull: Bool)
    case list([YAMLValue])
    /// Keys that are no texts keep what a message calls them.
    case mapping([(key: YAMLValue, value: YAMLValue)])
    case alias
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: a regular file in UTF-8.
  ///   - largestBytes: the longest file that is read.
  /// - Returns: the file's value.
  /// - Throws: where the file cannot be read, or is no YAML.
  package static func read(
    at path: String, largestBytes: Int
  ) throws(YAMLFileError) -> YAMLValue {
    let bytes: [UInt8]
    do throws(RegularFile.Failure) {
      bytes = try RegularFile.contents(of: path, largestBytes: largestBytes)
    } catch {
      switch error {
      case .notFound: throw .notFound(path: path)
      case .unreadable(let reason): throw .unreadable(path: path, reason: reason)
      case .tooLarge(let count):
        throw .tooLarge(path: path, bytes: count, largestBytes: largestBytes)
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .notYAML(path: path, line: 0, reason: "the text is not in UTF-8")
    }
    return try YAMLValue(text, path: path, largestBytes: largestBytes)
  }

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - text: YAML or JSON; anchors with aliases are refused.
  ///   - path: what errors call the text.
  ///   - largestBytes: the longest text that is read, in bytes of UTF-8.
  /// - Throws: where the text is no YAML.
  package init(_ text: String, path: String, largestBytes: Int) throws(YAMLFileError) {
    guard text.utf8.count <= largestBytes else {
      throw .tooLarge(path: path, bytes: text.utf8.count, largestBytes: largestBytes)
    }
    self.init(try document(text, path: path), path: path)
  }

  private init(_ node: Node, path: String) {
    self.path = path
    line = node.mark?.line ?? 0
    content =
      switch node {
      case .scalar(let scalar):
        .text(scalar.string, isPlainNull: scalar.style == .plain && node.null != nil)
      case .sequence(let list): .list(list.map { YAMLValue($0, path: path) })
      case .mapping(let mapping):
        .mapping(mapping.map { (YAMLValue($0.key, path: path), YAMLValue($0.value, path: path)) })
      case .alias: .alias
      }
  }

  /// The text as it was typed, numbers too; nil for a list and for keys with values.
  package var text: String? {
    if case .text(let text, _) = content { text } else { nil }
  }

  /// Whether nothing stands here, or `null` without quotation marks.
  package var isNull: Bool {
    if case .text(_, let isPlainNull) = content { isPlainNull } else { false }
  }

  /// The entries of a list; nil for anything else.
  package var list: [YAMLValue]? {
    if case .list(let values) = content { values } else { nil }
  }

  /// Keys with their values, in the order of the file; nil for anything else.
  package var pairs: [(key: YAMLValue, value: YAMLValue)]? {
    if case .mapping(let pairs) = content { pairs } else { nil }
  }

  /// What a message calls this value.
  package var found: String {
    switch content {
    case .text(let text, _): String(text.prefix(60)).debugDescription
    case .list(let list): "a list of \(list.count)"
    case .mapping(let mapping): "\(mapping.count) keys with values"
    case .alias: "an alias"
    }
  }

  /// An error about this value.
  ///
  /// - Parameters:
  ///   - key: what the value belongs to.
  ///   - expected: what should stand here.
  /// - Returns: the error, with the file and the line.
  package func wrong(_ key: String, expected: String) -> YAMLFileError {
    .wrongValue(path: path, line: line, key: key, found: found, expected: expected)
  }
}

/// The document that a text holds.
private func document(_ text: String, path: String) throws(YAMLFileError) -> Node {
  // A few aliases can stand for a tree that no memory holds.
  if marksTokens(text, "&") && marksTokens(text, "*") {
    throw .notYAML(path: path, line: 0, reason: "anchors (&) and aliases (*): write it out")
  }
  let root: Node?
  do {
    root = try compose(yaml: text)
  } catch let error as YamlError {
    throw .notYAML(path: path, line: error.line, reason: error.problem)
  } catch {
    throw .notYAML(path: path, line: 0, reason: "\(error)")
  }
  guard let root else { throw .notYAML(path: path, line: 0, reason: "the text is empty") }
  return root
}

/// Whether a character stands at the beginning of a word.
private func marksTokens(_ text: String, _ character: Character) -> Bool {
  var last: Character = " "
  for next in text {
    if last == character && !next.isWhitespace { return true }
    last = next == character && !(last.isWhitespace || "[]{},:?-".contains(last)) ? " " : next
  }
  return false
}

extension YamlError {
  /// The line, counted from 1; 0 where it is not known.
  fileprivate var line: Int {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
      mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: 0
    }
  }

  fileprivate var problem: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _),
      .composer(_, let problem, _, _), .reader(let problem, _, _, _):
      problem
    case .duplicatedKeysInMapping(let keys, _):
      "\(keys.joined(separator: ", ")) stands a second time, expected once"
    default: "it cannot be read"
    }
  }
}
