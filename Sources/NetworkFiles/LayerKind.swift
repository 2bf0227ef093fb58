/// The layers that an architecture file knows, by their words.
enum LayerKind: String, CaseIterable {
  case convolution
  case dense
  case rectifier = "relu"
  case maxPooling = "max-pooling"
  case averagePooling = "average-pooling"
  case globalAveragePooling = "global-average-pooling"
  case batchNormalization = "batch-normalisation"
  case localResponseNormalization = "local-response-normalisation"
  case dropout
  case flatten
  case branches

  /// The kind that a word names, in British or American spelling.
  init?(word: String) {
    let british =
      word.hasSuffix("ization") ? String(word.dropLast("ization".count)) + "isation" : word
    self.init(rawValue: british)
  }

  /// The keys of its options.
  var keys: [LayerKey] {
    switch self {
    case .convolution: [.filters, .size, .stride, .padding, .bias]
    case .dense: [.outputs, .bias]
    case .maxPooling, .averagePooling: [.size, .stride, .padding]
    case .batchNormalization: [.epsilon, .decay, .scaleAndShift]
    case .localResponseNormalization: [.radius, .bias, .alpha, .beta]
    case .dropout: [.rate]
    case .rectifier, .globalAveragePooling, .flatten, .branches: []
    }
  }

  /// The option that a number alone stands for, as in `dense: 10`.
  var mainKey: LayerKey? {
    switch self {
    case .dense: .outputs
    case .dropout: .rate
    default: nil
    }
  }
}

/// The options of layers, by their words.
enum LayerKey: String {
  case alpha, beta, bias, decay, epsilon, filters, outputs, padding, radius, rate
  case scaleAndShift = "scale-and-shift"
  case size, stride
}
