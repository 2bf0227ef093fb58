private import Reports

/// A condition on runs, such as `corrupt=none` or `testError<0.5`.
public struct RunFilter: Sendable, Equatable {
  /// How a value is compared.
  public enum Relation: Character, Sendable, CaseIterable {
    /// The same number, or the same text.
    case equal = "="
    /// A smaller number.
    case less = "<"
    /// A larger number.
    case greater = ">"
  }

  /// An option, a key of the record, or `state`, `command` or `run`.
  public var key: String
  /// How its value is compared.
  public var relation: Relation
  /// What it is compared with.
  public var value: String

  /// Reads a condition; nil for a text that is none.
  ///
  /// - Parameter text: a key, one of `=`, `<` and `>`, and a value; a number after `<` and `>`.
  public init?(_ text: String) {
    guard
      let place = text.firstIndex(where: { Relation(rawValue: $0) != nil }),
      let relation = Relation(rawValue: text[place]), place > text.startIndex
    else { return nil }
    key = String(text[..<place])
    self.relation = relation
    value = String(text[text.index(after: place)...])
    if relation != .equal && Double(value) == nil { return nil }
  }

  /// Whether a run meets the condition; one without the key does not.
  ///
  /// - Parameter run: a run that was found.
  /// - Returns: whether it does.
  public func holds(for run: FoundRun) -> Bool {
    run.candidates(of: key).contains { found in
      if let found = Double(found), let value = Double(value) {
        switch relation {
        case .equal: return found == value
        case .less: return found < value
        case .greater: return found > value
        }
      }
      return relation == .equal && found == value
    }
  }
}

extension FoundRun {
  /// What a key may mean: an option and a value of the record may have one name.
  fileprivate func candidates(of key: String) -> [String] {
    switch key {
    case "state": [state.rawValue]
    case "command": [run.command]
    case "run": [run.name]
    default: [run.options[key], values[key]?.text].compactMap(\.self)
    }
  }
}
