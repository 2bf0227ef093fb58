internal import Networks

/// What an architecture file says of a network: texts, numbers, lists and entries with a key.
///
/// It encodes itself to the JSON that ``ArchitectureFile`` reads too.
public indirect enum ArchitectureDescription: Sendable, Equatable, Encodable {
  /// A word.
  case text(String)
  /// A whole number.
  case integer(Int)
  /// Any number.
  case number(Double)
  /// Yes or no.
  case flag(Bool)
  /// Several values.
  case list([ArchitectureDescription])
  /// Values with keys, in their order.
  case entries([Entry])

  /// A value with its key.
  public struct Entry: Sendable, Equatable {
    /// The key.
    public var key: String
    /// The value.
    public var value: ArchitectureDescription
  }

  /// Encodes the value as the JSON value of its kind.
  public func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    switch self {
    case .text(let text): try single.encode(text)
    case .integer(let number): try single.encode(number)
    case .number(let number): try single.encode(number)
    case .flag(let flag): try single.encode(flag)
    case .list(let list): try single.encode(list)
    case .entries(let entries):
      try single.encode(
        Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
    }
  }
}

extension ArchitectureDescription {
  /// The description of an architecture.
  ///
  /// - Throws: ``ArchitectureFileError/unwritable(layer:reason:)``.
  init(_ architecture: Architecture) throws(ArchitectureFileError) {
    let input: ArchitectureDescription =
      switch architecture.input {
      case .vector(let length): .integer(length)
      case .image: .text(architecture.input.description)
      }
    self = .entries([
      Entry(key: "name", value: .text(architecture.name)),
      Entry(key: "input", value: input),
      Entry(key: "layers", value: try Self.layers(architecture.layers, prefix: "")),
    ])
  }

  private static func layers(
    _ layers: [Layer], prefix: String
  ) throws(ArchitectureFileError) -> ArchitectureDescription {
    var list: [ArchitectureDescription] = []
    for (index, layer) in layers.enumerated() {
      let name = "\(prefix)\(index)"
      switch layer {
      case .operation(let operation):
        list.append(try description(of: operation, name: name))
      case .branches(let branches):
        var parts: [ArchitectureDescription] = []
        for (branch, layers) in branches.enumerated() {
          parts.append(try Self.layers(layers, prefix: "\(name).\(branch)."))
        }
        list.append(.entries([Entry(key: LayerKind.branches.rawValue, value: .list(parts))]))
      }
    }
    return .list(list)
  }

  private static func description(
    of operation: Operation, name: String
  ) throws(ArchitectureFileError) -> ArchitectureDescription {
    var options: [Entry] = []
    func add(_ key: LayerKey, _ value: ArchitectureDescription) {
      options.append(Entry(key: key.rawValue, value: value))
    }
    func addFlag(_ key: LayerKey, _ flag: Bool) {
      if !flag { add(key, .flag(flag)) }
    }
    func add(_ key: LayerKey, _ number: Double, default usual: Double) throws(ArchitectureFileError) {
      guard number.isFinite else {
        throw .unwritable(layer: name, reason: "\(key.rawValue) is \(number)")
      }
      if number != usual { add(key, .number(number)) }
    }
    func add(_ window: Window, stride usual: Int?) {
      add(.size, .integer(window.size))
      if window.stride != usual { add(.stride, .integer(window.stride)) }
      switch window.padding {
      case .same: break
      case .valid: add(.padding, .text("\(window.padding)"))
      case .each(let amount): add(.padding, .integer(amount))
      }
    }
    let kind: LayerKind
    switch operation {
    case .dense(let dense):
      kind = .dense
      add(.outputs, .integer(dense.outputs))
      addFlag(.bias, dense.hasBias)
    case .convolution(let convolution):
      kind = .convolution
      add(.filters, .integer(convolution.filters))
      add(convolution.window, stride: 1)
      addFlag(.bias, convolution.hasBias)
    case .maxPooling(let pooling):
      kind = .maxPooling
      add(pooling.window, stride: nil)
    case .averagePooling(let pooling):
      kind = .averagePooling
      add(pooling.window, stride: nil)
    case .batchNormalization(let normalization):
      kind = .batchNormalization
      let usual = BatchNormalization()
      try add(.epsilon, normalization.epsilon, default: usual.epsilon)
      try add(.decay, normalization.decay, default: usual.decay)
      addFlag(.scaleAndShift, normalization.learnsScaleAndShift)
    case .localResponseNormalization(let normalization):
      kind = .localResponseNormalization
      let usual = LocalResponseNormalization()
      if normalization.radius != usual.radius { add(.radius, .integer(normalization.radius)) }
      try add(.bias, normalization.bias, default: usual.bias)
      try add(.alpha, normalization.alpha, default: usual.alpha)
      try add(.beta, normalization.beta, default: usual.beta)
    case .dropout(let dropout):
      kind = .dropout
      try add(.rate, dropout.rate, default: .nan)
    case .rectifier: kind = .rectifier
    case .flatten: kind = .flatten
    case .globalAveragePooling: kind = .globalAveragePooling
    case .input, .concatenation:
      throw .unwritable(layer: name, reason: "\(operation.name) stands by itself")
    }
    if options.isEmpty { return .text(kind.rawValue) }
    if options.count == 1, options[0].key == kind.mainKey?.rawValue {
      return .entries([Entry(key: kind.rawValue, value: options[0].value)])
    }
    return .entries([Entry(key: kind.rawValue, value: .entries(options))])
  }
}

extension ArchitectureDescription {
  /// The description in one line, as JSON.
  var json: String {
    switch self {
    case .text(let text): jsonString(text)
    case .list(let list): "[" + list.map(\.json).joined(separator: ",") + "]"
    case .entries(let entries):
      "{" + entries.map { jsonString($0.key) + ":" + $0.value.json }.joined(separator: ",") + "}"
    case .integer, .number, .flag: scalar
    }
  }

  /// The description as YAML, a layer a line.
  var yaml: String {
    guard case .entries(let entries) = self else { return scalar + "\n" }
    var lines: [String] = []
    for entry in entries {
      if case .list(let layers) = entry.value, !layers.isEmpty {
        lines.append(entry.key + ":")
        lines += layers.flatMap(\.layerLines).map { "  " + $0 }
      } else {
        lines.append("\(entry.key): \(entry.value.scalar)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A layer as an entry of a list.
  private var layerLines: [String] {
    guard case .entries(let entries) = self, let entry = entries.first else {
      return ["- " + scalar]
    }
    guard case .list(let branches) = entry.value, !branches.isEmpty else {
      return ["- \(entry.key): \(entry.value.scalar)"]
    }
    return ["- \(entry.key):"] + branches.flatMap(\.branchLines).map { "    " + $0 }
  }

  /// A branch as an entry of a list, whose entries are layers.
  private var branchLines: [String] {
    guard case .list(let layers) = self, !layers.isEmpty else { return ["- []"] }
    return layers.flatMap(\.layerLines).enumerated().map { index, line in
      (index == 0 ? "- " : "  ") + line
    }
  }

  /// The description in one line of YAML.
  private var scalar: String {
    switch self {
    case .text(let text): isPlain(text) ? text : jsonString(text)
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .list(let list): "[" + list.map(\.scalar).joined(separator: ", ") + "]"
    case .entries(let entries):
      "{" + entries.map { "\($0.key): \($0.value.scalar)" }.joined(separator: ", ") + "}"
    }
  }
}

/// Whether a text needs no quotation marks in YAML: words of Latin letters, digits, - and _.
private func isPlain(_ text: String) -> Bool {
  guard let first = text.first, let last = text.last, first.isASCII, first.isLetter || first.isNumber,
    last != " "
  else { return false }
  return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_ ".contains($0)) }
}
