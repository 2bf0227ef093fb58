/// A modification of a dataset that the paper trains on (its Section 2.1).
public enum Corruption: Sendable, Hashable {
  /// The data as they are: the paper's true labels.
  case none
  /// Each label independently, with probability p, replaced by a uniformly random class.
  ///
  /// The random class may be the old one, so that a fraction p (1 - 1/C) of labels changes.
  case partialLabels(probability: Double)
  /// All labels replaced by uniformly random classes: p = 1.
  case randomLabels
  /// One random permutation of the pixels, the same for all training and test images.
  case shuffledPixels
  /// A random permutation of the pixels for each image of its own.
  case randomPixels
  /// Images drawn from a Gaussian with the mean and variance of the training images' values.
  case gaussian

  /// The paper's six settings, labels corrupted at p = 1/2 for the partial one.
  public static let paperSettings: [Corruption] = [
    .none, .partialLabels(probability: 0.5), .randomLabels, .shuffledPixels, .randomPixels,
    .gaussian,
  ]

  /// The probability p with which a label is replaced.
  public var labelProbability: Double {
    switch self {
    case .partialLabels(let probability): probability
    case .randomLabels: 1
    default: 0
    }
  }

  /// Whether images are changed, not labels.
  public var changesPixels: Bool {
    switch self {
    case .none, .partialLabels, .randomLabels: false
    case .shuffledPixels, .randomPixels, .gaussian: true
    }
  }

  /// The paper's words for it, for figures and tables.
  public var title: String {
    switch self {
    case .none: "true labels"
    case .partialLabels(let probability): "corrupted labels, p = \(probability)"
    case .randomLabels: "random labels"
    case .shuffledPixels: "shuffled pixels"
    case .randomPixels: "random pixels"
    case .gaussian: "Gaussian"
    }
  }
}

extension Corruption: LosslessStringConvertible, Codable {
  /// Reads a name: `none`, `partial:P` with P from 0 to 1, `random-labels`, `shuffled-pixels`,
  /// `random-pixels` or `gaussian`.
  ///
  /// - Parameter name: the name; any other gives nil.
  public init?(_ name: String) {
    let partial = "partial:"
    switch name {
    case "none": self = .none
    case "random-labels": self = .randomLabels
    case "shuffled-pixels": self = .shuffledPixels
    case "random-pixels": self = .randomPixels
    case "gaussian": self = .gaussian
    case _ where name.hasPrefix(partial):
      guard let probability = Double(name.dropFirst(partial.count)),
        (0...1).contains(probability)
      else { return nil }
      self = .partialLabels(probability: probability)
    default: return nil
    }
  }

  /// The name that the initialiser reads.
  public var description: String {
    switch self {
    case .none: "none"
    case .partialLabels(let probability): "partial:\(probability)"
    case .randomLabels: "random-labels"
    case .shuffledPixels: "shuffled-pixels"
    case .randomPixels: "random-pixels"
    case .gaussian: "gaussian"
    }
  }

  /// Decodes the name.
  ///
  /// - Parameter decoder: holds one string.
  /// - Throws: `DecodingError` for a name that is none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let corruption = Corruption(name) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(name)\" is no corruption")
    }
    self = corruption
  }

  /// Encodes the name.
  ///
  /// - Parameter encoder: receives one string.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
