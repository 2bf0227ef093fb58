private import RealModule

/// A complexity measure of a class or of a trained network, with the bound that it implies.
public struct CapacityMeasure: Sendable, Codable, Equatable {
  /// The measure's name.
  public var name: String
  /// Its value.
  public var value: Double
  /// Where the value lies, where it was estimated by draws.
  public var interval: ConfidenceInterval?
  /// The bound of the error, or of the value itself, that follows; nil where none is stated.
  public var bound: Double?
  /// What the bound is a bound of, and with which confidence; empty where there is none.
  public var boundMeaning: String
  /// Whether the bound says no more than is known without it; nil where there is no bound.
  public var vacuous: Bool?
  /// Where measure and bound stand.
  public var reference: String
  /// What must be known beside the numbers, such as why there is no bound.
  public var note: String?

  /// Creates a measure.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - value: its value.
  ///   - interval: where the value lies.
  ///   - bound: what follows.
  ///   - meaning: what the bound is a bound of.
  ///   - trivial: from where on the bound says nothing.
  ///   - reference: paper and theorem.
  ///   - note: what must be known beside the numbers.
  public init(
    _ name: String, _ value: Double, interval: ConfidenceInterval? = nil, bound: Double? = nil,
    meaning: String = "", trivial: Double = 1, reference: String, note: String? = nil
  ) {
    self.name = name
    self.value = value
    self.interval = interval
    self.bound = bound
    boundMeaning = bound == nil ? "" : meaning
    // Written so that a bound that is no number is vacuous.
    vacuous = bound.map { !($0 < trivial) }
    self.reference = reference
    self.note = note
  }

  private enum Key: String, CodingKey {
    case name, value, interval, bound, boundMeaning, vacuous, reference, note
  }

  /// Encodes all keys, null where there is nothing; a number that is not finite becomes null.
  ///
  /// - Parameter encoder: receives an object.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(value.isFinite ? value : nil, forKey: .value)
    try container.encode(interval, forKey: .interval)
    try container.encode(bound.flatMap { $0.isFinite ? $0 : nil }, forKey: .bound)
    try container.encode(boundMeaning, forKey: .boundMeaning)
    try container.encode(vacuous, forKey: .vacuous)
    try container.encode(reference, forKey: .reference)
    try container.encode(note, forKey: .note)
  }

  /// Decodes what ``encode(to:)`` writes; a null value becomes infinite.
  ///
  /// - Parameter decoder: holds an object.
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decode(String.self, forKey: .name)
    value = try container.decode(Double?.self, forKey: .value) ?? .infinity
    interval = try container.decode(ConfidenceInterval?.self, forKey: .interval)
    vacuous = try container.decode(Bool?.self, forKey: .vacuous)
    let bound = try container.decode(Double?.self, forKey: .bound)
    self.bound = bound ?? (vacuous == nil ? nil : .infinity)
    boundMeaning = try container.decode(String.self, forKey: .boundMeaning)
    reference = try container.decode(String.self, forKey: .reference)
    note = try container.decode(String?.self, forKey: .note)
  }
}

extension CapacityMeasure {
  /// The error from which on a bound says nothing for C classes: 1 - 1/C, that of a guess.
  ///
  /// - Parameter classes: C ≥ 1.
  /// - Returns: 1 - 1/C.
  public static func guessingError(classes: Int) -> Double { 1 - 1 / Double(max(1, classes)) }
}

/// A number with three digits, for a note.
func threeDigits(_ value: Double) -> Double {
  guard value != 0 && value.isFinite else { return value }
  let scale = Double.pow(10, 2 - Double.log10(abs(value)).rounded(.down))
  return (value * scale).rounded() / scale
}
