/// A value of a cell: a number, a sentence, or nothing.
public enum CellValue: Sendable, Equatable, Codable {
  /// A number in the cell's unit.
  case number(Double)
  /// Words.
  case text(String)
  /// The paper has no such value, or none was measured.
  case none

  /// Decodes a number, a string or null.
  ///
  /// - Parameter decoder: holds one value.
  /// - Throws: `DecodingError` for anything else.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .none
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// Encodes a number, a string or null.
  ///
  /// - Parameter encoder: receives one value.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .none: try container.encodeNil()
    }
  }
}

/// How a measured value stands beside the paper's.
public enum Verdict: String, Sendable, Codable, CaseIterable {
  /// Within the tolerance.
  case agrees
  /// Outside the tolerance.
  case differs
  /// The set-up is not the paper's; the caveats say why.
  case notComparable = "not comparable"
}

/// One value of the paper beside ours.
public struct Cell: Sendable, Codable, Equatable {
  /// A name such as `table1/mlp1x512/random-labels/train-accuracy`.
  public var name: String
  /// What is measured, in words.
  public var title: String
  /// Where the paper says it.
  public var source: String
  /// The unit of all numbers of the cell; empty for pure numbers.
  public var unit: String
  /// The paper's value.
  public var paper: CellValue
  /// Our value.
  public var measured: CellValue
  /// The standard deviation of our value over seeds, in the unit; nil where one seed was run.
  @ExplicitNull public var deviation: Double?
  /// The largest difference that counts as agreement, in the unit; nil where none is meant.
  @ExplicitNull public var tolerance: Double?
  /// How the two stand.
  public var verdict: Verdict
  /// What a reader must know before comparing.
  public var caveats: [String]
  /// The commands of the runs that it was measured on, one a seed.
  public var commands: [String]

  /// A cell of two numbers, with the verdict that their difference earns.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - title: what is measured.
  ///   - source: where the paper says it.
  ///   - unit: the unit of all numbers.
  ///   - paper: the paper's number, or nil.
  ///   - measured: our number for each seed, any number of them; their mean is compared.
  ///   - tolerance: the largest difference that counts as agreement.
  ///   - obstacles: why the set-up is not the paper's; empty where it is.
  ///   - caveats: what else to know.
  ///   - commands: of the runs that it was measured on.
  public init(
    name: String, title: String, source: String, unit: String, paper: Double?,
    measured: [Double], tolerance: Double, obstacles: [String] = [], caveats: [String] = [],
    commands: [String] = []
  ) {
    let mean = measured.isEmpty ? nil : measured.reduce(0, +) / Double(measured.count)
    let squares = mean.map { mean in measured.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } }
    self.name = name
    self.title = title
    self.source = source
    self.unit = unit
    self.paper = paper.map(CellValue.number) ?? .none
    self.measured = mean.map(CellValue.number) ?? .none
    deviation =
      measured.count < 2
      ? nil : squares.map { ($0 / Double(measured.count - 1)).squareRoot() }
    self.tolerance = tolerance
    self.caveats = obstacles + caveats
    self.commands = commands
    if let paper, let mean, obstacles.isEmpty {
      verdict = abs(mean - paper) <= tolerance ? .agrees : .differs
    } else {
      verdict = .notComparable
    }
  }

  /// A cell of a claim in words.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - title: what is claimed.
  ///   - source: where the paper says it.
  ///   - paper: the claim as the paper has it.
  ///   - measured: what was seen.
  ///   - holds: whether that bears the claim out.
  ///   - caveats: what to know.
  ///   - commands: of the runs that it was seen on.
  public init(
    name: String, title: String, source: String, paper: String, measured: String, holds: Bool,
    caveats: [String] = [], commands: [String] = []
  ) {
    self.name = name
    self.title = title
    self.source = source
    unit = ""
    self.paper = .text(paper)
    self.measured = .text(measured)
    deviation = nil
    tolerance = nil
    verdict = holds ? .agrees : .differs
    self.caveats = caveats
    self.commands = commands
  }
}
