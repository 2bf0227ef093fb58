internal import Networks

/// Reads the layers of one text and remembers their lines.
struct ArchitectureReader {
  let path: String
  private var lines: [String: Int] = [:]

  init(path: String) { self.path = path }

  mutating func architecture(_ root: YAMLValue) throws(YAMLFileError) -> Architecture {
    let entries = try YAMLEntries(
      root, of: "the file", key: "the file", known: ["name", "input", "layers"])
    let name = try entries.required("name")
    guard let nameText = name.text else { throw name.wrong("name", expected: "a text") }
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

  private mutating func shape(_ node: YAMLValue) throws(YAMLFileError) -> TensorShape {
    lines["input"] = node.line
    guard let text = node.text, let shape = TensorShape(text) else {
      throw node.wrong(
        "input", expected: "height x width x channels, such as 28x28x3, or the length of a vector")
    }
    let sizes = [shape.channels, shape.height, shape.width]
    guard sizes.allSatisfy({ $0 <= ArchitectureFile.largestNumber }) else {
      throw node.wrong("input", expected: "sizes of at most \(ArchitectureFile.largestNumber)")
    }
    return shape
  }

  private mutating func layers(
    _ node: YAMLValue, prefix: String, depth: Int
  ) throws(YAMLFileError) -> [Layer] {
    guard let list = node.list else {
      throw node.wrong(
        prefix.isEmpty ? "layers" : "a branch of branches", expected: "a list of layers")
    }
    guard depth <= ArchitectureFile.deepestBranches else {
      throw .tooMany(
        path: path, line: node.line, what: "branches inside branches",
        limit: ArchitectureFile.deepestBranches)
    }
    var layers: [Layer] = []
    for (index, entry) in list.enumerated() {
      guard lines.count <= ArchitectureFile.mostLayers else {
        throw .tooMany(
          path: path, line: entry.line, what: "layers", limit: ArchitectureFile.mostLayers)
      }
      let name = "\(prefix)\(index)"
      lines[name] = entry.line
      layers.append(try layer(entry, name: name, depth: depth))
    }
    return layers
  }

  private mutating func layer(
    _ node: YAMLValue, name: String, depth: Int
  ) throws(YAMLFileError) -> Layer {
    let word: YAMLValue
    var value: YAMLValue?
    if let mapping = node.pairs {
      guard mapping.count == 1, let entry = mapping.first else {
        throw node.wrong("layer \(name)", expected: "one layer for each entry of the list")
      }
      (word, value) = (entry.key, entry.value)
    } else {
      word = node
    }
    guard let text = word.text else {
      throw node.wrong("layer \(name)", expected: "the word for a layer, such as relu")
    }
    guard let kind = LayerKind(word: text) else {
      throw YAMLEntries.unknown(
        word, of: "layers", known: LayerKind.allCases.map(\.rawValue))
    }
    if kind == .branches {
      guard let list = value?.list else {
        throw (value ?? node).wrong(
          "branches", expected: "a list of branches, each a list of layers")
      }
      var branches: [[Layer]] = []
      for (branch, layers) in list.enumerated() {
        branches.append(
          try self.layers(layers, prefix: "\(name).\(branch).", depth: depth + 1))
      }
      return .branches(branches)
    }
    let options = try LayerOptions(kind, value, line: node.line, path: path)
    return .operation(try options.operation)
  }
}

/// The options of one layer.
private struct LayerOptions {
  private let kind: LayerKind
  private let path: String
  private let line: Int
  private var values: [LayerKey: YAMLValue] = [:]

  init(
    _ kind: LayerKind, _ value: YAMLValue?, line: Int, path: String
  ) throws(YAMLFileError) {
    (self.kind, self.path, self.line) = (kind, path, line)
    guard let value, !value.isNull else { return }
    if let key = kind.mainKey, value.text != nil {
      values[key] = value
      return
    }
    let entries = try YAMLEntries(
      value, of: kind.rawValue, key: kind.rawValue, known: kind.keys.map(\.rawValue))
    for key in kind.keys { values[key] = entries[key.rawValue] }
  }

  var operation: Operation {
    get throws(YAMLFileError) {
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
    get throws(YAMLFileError) {
      Convolution(
        try whole(.filters), size: try whole(.size), stride: try whole(.stride, default: 1),
        padding: try padding, hasBias: try flag(.bias))
    }
  }

  private var batchNormalization: BatchNormalization {
    get throws(YAMLFileError) {
      let usual = BatchNormalization()
      return BatchNormalization(
        epsilon: try number(.epsilon, default: usual.epsilon),
        decay: try number(.decay, default: usual.decay),
        learnsScaleAndShift: try flag(.scaleAndShift))
    }
  }

  private var localResponseNormalization: LocalResponseNormalization {
    get throws(YAMLFileError) {
      let usual = LocalResponseNormalization()
      return LocalResponseNormalization(
        radius: try whole(.radius, default: usual.radius),
        bias: try number(.bias, default: usual.bias),
        alpha: try number(.alpha, default: usual.alpha),
        beta: try number(.beta, default: usual.beta))
    }
  }

  private var padding: Padding {
    get throws(YAMLFileError) {
      guard let node = values[.padding] else { return .same }
      switch node.text {
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
  ) throws(YAMLFileError) -> Int {
    guard let node = values[key] else { return try missing(key, usual) }
    guard let number = node.text.flatMap({ Int($0) }),
      (0...ArchitectureFile.largestNumber).contains(number)
    else { throw wrong(key, node, "a whole number from 0 to \(ArchitectureFile.largestNumber)") }
    return number
  }

  private func number(
    _ key: LayerKey, default usual: Double?
  ) throws(YAMLFileError) -> Double {
    guard let node = values[key] else { return try missing(key, usual) }
    guard let number = node.text.flatMap({ Double($0) }), number.isFinite else {
      throw wrong(key, node, "a number")
    }
    return number
  }

  private func flag(_ key: LayerKey) throws(YAMLFileError) -> Bool {
    guard let node = values[key] else { return true }
    guard let flag = node.text.flatMap({ Bool($0) }) else {
      throw wrong(key, node, "true or false")
    }
    return flag
  }

  private func missing<Value>(
    _ key: LayerKey, _ usual: Value?
  ) throws(YAMLFileError) -> Value {
    guard let usual else {
      throw .missingKey(path: path, line: line, key: key.rawValue, place: kind.rawValue)
    }
    return usual
  }

  private func wrong(
    _ key: LayerKey, _ node: YAMLValue, _ expected: String
  ) -> YAMLFileError { node.wrong("\(kind.rawValue): \(key.rawValue)", expected: expected) }
}
