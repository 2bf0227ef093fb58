/// Keys with values of a YAML file, all of them known.
package struct YAMLEntries: Sendable {
  /// What errors call these keys together, such as `the file`.
  package let place: String
  /// The line of the first of them.
  package let line: Int
  private let path: String
  private let values: [String: YAMLValue]

  /// Takes keys with values, and refuses others.
  ///
  /// - Parameters:
  ///   - value: what should be keys with values.
  ///   - place: what errors call the keys together.
  ///   - key: what errors call the value.
  ///   - known: the keys that may stand there.
  /// - Throws: for another kind of value, and for a key that is not known, with the nearest ones.
  package init(
    _ value: YAMLValue, of place: String, key: String, known: [String]
  ) throws(YAMLFileError) {
    (self.place, path, line) = (place, value.path, value.line)
    guard let pairs = value.pairs else {
      throw value.wrong(key, expected: "keys with values")
    }
    var values: [String: YAMLValue] = [:]
    for (key, value) in pairs {
      guard let word = key.text, known.contains(word) else {
        throw Self.unknown(key, of: place, known: known)
      }
      values[word] = value
    }
    self.values = values
  }

  /// The error about a key, or a word that stands for one, that is not known.
  package static func unknown(
    _ key: YAMLValue, of place: String, known: [String]
  ) -> YAMLFileError {
    let word = key.text ?? key.found
    return .unknownKey(
      path: key.path, line: key.line, key: word, place: place,
      known: nearest(to: word, among: known))
  }

  /// The value of a key; nil where the key is not there.
  package subscript(key: String) -> YAMLValue? { values[key] }

  /// The value of a key that must be there.
  package func required(_ key: String) throws(YAMLFileError) -> YAMLValue {
    guard let value = values[key] else {
      throw .missingKey(path: path, line: line, key: key, place: place)
    }
    return value
  }

  /// A text, also a number as it was typed; nil where the key is not there.
  package func text(_ key: String) throws(YAMLFileError) -> String? {
    guard let value = values[key] else { return nil }
    guard let text = value.text, !value.isNull else { throw value.wrong(key, expected: "a text") }
    return text
  }

  /// A whole number; nil where the key is not there.
  package func whole(
    _ key: String, in range: ClosedRange<Int>
  ) throws(YAMLFileError) -> Int? {
    guard let value = values[key] else { return nil }
    guard let number = value.text.flatMap({ Int($0) }), range.contains(number) else {
      throw value.wrong(
        key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A finite number; nil where the key is not there.
  package func number(_ key: String) throws(YAMLFileError) -> Double? {
    guard let value = values[key] else { return nil }
    guard let number = value.text.flatMap({ Double($0) }), number.isFinite else {
      throw value.wrong(key, expected: "a number")
    }
    return number
  }

  /// True or false; nil where the key is not there.
  package func flag(_ key: String) throws(YAMLFileError) -> Bool? {
    guard let value = values[key] else { return nil }
    guard let flag = value.text.flatMap({ Bool($0) }) else {
      throw value.wrong(key, expected: "true or false")
    }
    return flag
  }

  /// The entries of a list; nil where the key is not there.
  package func list(_ key: String) throws(YAMLFileError) -> [YAMLValue]? {
    guard let value = values[key] else { return nil }
    guard let list = value.list else { throw value.wrong(key, expected: "a list") }
    return list
  }
}
