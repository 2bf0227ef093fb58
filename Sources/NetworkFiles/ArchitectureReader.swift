internal import Networks
private import Yams

/// Reads the layers of one text and remembers their lines.
struct ArchitectureReader {
  let path: String
  private var lines: [String: Int] = [:]

  init(path: String) { self.path = path }

  mutating func architecture(_ text: String) throws(ArchitectureFileError) -> Architecture {
    let root = try document(text, path: path)
    let entries = try Entries(
      root, of: "the file", key: "the file", known: ["name", "input", "layers"], path: path)
    let name = try entries.required("name")
    guard let nameText = name.scalar?.string else {
      throw wrong(name, "name", "a text")
    }
    let input = try shape(entries.required("input"))
    let list = try entries.required("layers")
    return Architecture(nameText, input: input, layers: try layers(list, prefix: "", depth: 0))
  }

  /// The line of the layer that an error names; 0 where it names none.
  func line(of error: ArchitectureError) -> Int {
    let title: String
    switch error {
    case .noLayers(let layer): title = layer
    case .option(let layer, _, _, _), .shape(let layer, _, _), .branches(let layer, _):
      title = layer
    case .tooLarge(let layer, _): title = layer
    case .emptyInput: title = "input"
    case .output: title = lastLayer
    }
    return lines[String(title.prefix { $0 != " " })] ?? 0
  }

  /// The name of the last layer.
  private var lastLayer: String {
    "\(lines.keys.compactMap { Int($0) }.max() ?? 0)"
  }

  private mutating func shape(_ node: Node) throws(ArchitectureFileError) -> TensorShape {
    lines["input"] = lineNumber(node)
    guard let text = node.scalar?.string, let shape = TensorShape(text) else {
      throw wrong(
        node, "input", "height x width x channels, such as 28x28x3, or the length of a vector")
    }
    let sizes = [shape.channels, shape.height, shape.width]
    guard sizes.allSatisfy({ $0 <= ArchitectureFile.largestNumber }) else {
      throw wrong(node, "input", "sizes of at most \(ArchitectureFile.largestNumber)")
    }
    return shape
  }

  private mutating func layers(
    _ node: Node, prefix: String, depth: Int
  ) throws(ArchitectureFileError) -> [Layer] {
    guard let list = node.sequence else {
      throw wrong(node, prefix.isEmpty ? "layers" : "a branch of branches", "a list of layers")
    }
    guard depth <= ArchitectureFile.deepestBranches else {
      throw .tooMany(
        path: path, line: lineNumber(node), what: "branches inside branches",
        limit: ArchitectureFile.deepestBranches)
    }
    var layers: [Layer] = []
    for (index, entry) in list.enumerated() {
      guard lines.count <= ArchitectureFile.mostLayers else {
        throw .tooMany(
          path: path, line: lineNumber(entry), what: "layers", limit: ArchitectureFile.mostLayers)
      }
      let name = "\(prefix)\(index)"
      lines[name] = lineNumber(entry)
      layers.append(try layer(entry, name: name, depth: depth))
    }
    return layers
  }

  private mutating func layer(
    _ node: Node, name: String, depth: Int
  ) throws(ArchitectureFileError) -> Layer {
    let word: Node
    var value: Node?
    if let mapping = node.mapping {
      guard mapping.count == 1, let entry = mapping.first else {
        throw wrong(node, "layer \(name)", "one layer for each entry of the list")
      }
      (word, value) = (entry.key, entry.value)
    } else {
      word = node
    }
    guard let text = word.scalar?.string else {
      throw wrong(node, "layer \(name)", "the word for a layer, such as relu")
    }
    guard let kind = LayerKind(word: text) else {
      throw .unknownKey(
        path: path, line: lineNumber(word), key: text, place: "layers",
        known: nearest(to: text, among: LayerKind.allCases.map(\.rawValue)))
    }
    if kind == .branches {
      guard let list = value?.sequence else {
        throw wrong(value ?? node, "branches", "a list of branches, each a list of layers")
      }
      var branches: [[Layer]] = []
      for (branch, layers) in list.enumerated() {
        branches.append(
          try self.layers(layers, prefix: "\(name).\(branch).", depth: depth + 1))
      }
      return .branches(branches)
    }
    let options = try LayerOptions(kind, value, line: lineNumber(node), path: path)
    return .operation(try options.operation)
  }

  private func wrong(
    _ node: Node, _ key: String, _ expected: String
  ) -> ArchitectureFileError {
    .wrongValue(path: path, line: lineNumber(node), key: key, found: found(node), expected: expected)
  }
}

/// The line of a node; 0 where the parser does not tell it.
private func lineNumber(_ node: Node) -> Int { node.mark?.line ?? 0 }

/// What a message calls a value.
private func found(_ node: Node) -> String {
  switch node {
  case .scalar(let scalar): String(scalar.string.prefix(60)).debugDescription
  case .sequence(let list): "a list of \(list.count)"
  case .mapping(let mapping): "\(mapping.count) keys with values"
  case .alias: "an alias"
  }
}

/// The document that a text holds.
private func document(_ text: String, path: String) throws(ArchitectureFileError) -> Node {
  // A few aliases can stand for a tree that no memory holds.
  if marksTokens(text, "&") && marksTokens(text, "*") {
    throw .notYAML(path: path, line: 0, reason: "anchors (&) and aliases (*): write the layers out")
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

/// Keys with values, all of them known.
private struct Entries {
  private let values: [String: Node]
  private let place: String
  private let line: Int
  private let path: String

  init(
    _ node: Node, of place: String, key: String, known: [String], path: String
  ) throws(ArchitectureFileError) {
    (self.place, self.path) = (place, path)
    line = lineNumber(node)
    guard let mapping = node.mapping else {
      throw .wrongValue(
        path: path, line: line, key: key, found: found(node), expected: "keys with values")
    }
    var values: [String: Node] = [:]
    for (key, value) in mapping {
      let word = key.scalar?.string ?? found(key)
      guard key.scalar != nil, known.contains(word) else {
        throw .unknownKey(
          path: path, line: lineNumber(key), key: word, place: place,
          known: nearest(to: word, among: known))
      }
      values[word] = value
    }
    self.values = values
  }

  subscript(key: String) -> Node? { values[key] }

  func required(_ key: String) throws(ArchitectureFileError) -> Node {
    guard let value = values[key] else {
      throw .missingKey(path: path, line: line, key: key, place: place)
    }
    return value
  }
}

/// The options of one layer.
private struct LayerOptions {
  private let kind: LayerKind
  private let path: String
  private let line: Int
  private var values: [LayerKey: Node] = [:]

  init(
    _ kind: LayerKind, _ value: Node?, line: Int, path: String
  ) throws(ArchitectureFileError) {
    (self.kind, self.path, self.line) = (kind, path, line)
    guard let value, value.null == nil || value.scalar?.style != .plain else { return }
    if let key = kind.mainKey, value.scalar != nil {
      values[key] = value
      return
    }
    let entries = try Entries(
      value, of: kind.rawValue, key: kind.rawValue, known: kind.keys.map(\.rawValue), path: path)
    for key in kind.keys { values[key] = entries[key.rawValue] }
  }

  var operation: Operation {
    get throws(ArchitectureFileError) {
      switch kind {
      case .dense: .dense(Dense(try whole(.outputs), hasBias: try flag(.bias)))
      case .convolution: .convolution(try convolution)
      case .maxPooling:
        .maxPooling(
          MaxPooling(size: try whole(.size), stride: try whole(.stride), padding: try padding))
      case .averagePooling:
        .averagePooling(
          AveragePooling(size: try whole(.size), stride: try whole(.stride), padding: try padding))
      case .batchNormalization: .batchNormalization(try batchNormalization)
      case .localResponseNormalization: .localResponseNormalization(try localResponseNormalization)
      case .dropout: .dropout(Dropout(try number(.rate, default: nil)))
      case .rectifier: .rectifier
      case .flatten: .flatten
      case .globalAveragePooling: .globalAveragePooling
      case .branches: .concatenation
      }
    }
  }

  private var convolution: Convolution {
    get throws(ArchitectureFileError) {
      Convolution(
        try whole(.filters), size: try whole(.size), stride: try whole(.stride, default: 1),
        padding: try padding, hasBias: try flag(.bias))
    }
  }

  private var batchNormalization: BatchNormalization {
    get throws(ArchitectureFileError) {
      let usual = BatchNormalization()
      return BatchNormalization(
        epsilon: try number(.epsilon, default: usual.epsilon),
        decay: try number(.decay, default: usual.decay),
        learnsScaleAndShift: try flag(.scaleAndShift))
    }
  }

  private var localResponseNormalization: LocalResponseNormalization {
    get throws(ArchitectureFileError) {
      let usual = LocalResponseNormalization()
      return LocalResponseNormalization(
        radius: try whole(.radius, default: usual.radius),
        bias: try number(.bias, default: usual.bias),
        alpha: try number(.alpha, default: usual.alpha),
        beta: try number(.beta, default: usual.beta))
    }
  }

  private var padding: Padding {
    get throws(ArchitectureFileError) {
      guard let node = values[.padding] else { return .same }
      switch node.scalar?.string {
      case "same": return .same
      case "valid": return .valid
      case let text?:
        if let amount = Int(text), (0...ArchitectureFile.largestNumber).contains(amount) {
          return .each(amount)
        }
      case nil: break
      }
      throw wrong(
        .padding, node, "same, valid or a whole number from 0 to \(ArchitectureFile.largestNumber)")
    }
  }

  private func whole(
    _ key: LayerKey, default usual: Int? = nil
  ) throws(ArchitectureFileError) -> Int {
    guard let node = values[key] else { return try missing(key, usual) }
    guard let number = (node.scalar?.string).flatMap({ Int($0) }),
      (0...ArchitectureFile.largestNumber).contains(number)
    else { throw wrong(key, node, "a whole number from 0 to \(ArchitectureFile.largestNumber)") }
    return number
  }

  private func number(
    _ key: LayerKey, default usual: Double?
  ) throws(ArchitectureFileError) -> Double {
    guard let node = values[key] else { return try missing(key, usual) }
    guard let number = (node.scalar?.string).flatMap({ Double($0) }), number.isFinite else {
      throw wrong(key, node, "a number")
    }
    return number
  }

  private func flag(_ key: LayerKey) throws(ArchitectureFileError) -> Bool {
    guard let node = values[key] else { return true }
    guard let flag = (node.scalar?.string).flatMap({ Bool($0) }) else {
      throw wrong(key, node, "true or false")
    }
    return flag
  }

  private func missing<Value>(
    _ key: LayerKey, _ usual: Value?
  ) throws(ArchitectureFileError) -> Value {
    guard let usual else {
      throw .missingKey(path: path, line: line, key: key.rawValue, place: kind.rawValue)
    }
    return usual
  }

  private func wrong(
    _ key: LayerKey, _ node: Node, _ expected: String
  ) -> ArchitectureFileError {
    .wrongValue(
      path: path, line: lineNumber(node), key: "\(kind.rawValue): \(key.rawValue)",
      found: found(node), expected: expected)
  }
}
