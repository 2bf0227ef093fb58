private import Certificates
public import Datasets
private import LinearAlgebra
public import ReLUInterpolation
public import ReLUNetworks

/// What the networks of a study of constructions are to give.
public enum ConstructionTargets: String, Sendable, Codable, CaseIterable {
  /// The class index, scaled so that the first class is -1 and the last one 1.
  case scaledClassIndex = "scaled class index"
  /// The class index, from 0.
  case classIndex = "class index"
}

/// What a study of constructions tries.
public struct ConstructionStudyConfiguration: Sendable, Codable, Equatable {
  /// The constructions, in the order of the table.
  public var methods: [ConstructionMethod]
  /// What the networks are to give.
  public var targets: ConstructionTargets
  /// The depth k of the construction with running sums.
  public var depth: Int
  /// The largest sample size n; further samples are left out.
  public var sampleLimit: Int
  /// Names the draws.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - methods: the constructions.
  ///   - targets: what the networks are to give.
  ///   - depth: k of the construction with running sums, at least 3.
  ///   - sampleLimit: the largest sample size; dense layers are evaluated exactly in O(n² d).
  ///   - seed: names the draws.
  public init(
    methods: [ConstructionMethod] = ConstructionMethod.allCases,
    targets: ConstructionTargets = .scaledClassIndex, depth: Int = 8, sampleLimit: Int = 500,
    seed: UInt64 = 0
  ) {
    precondition(depth >= 3, "running sums take at least three layers")
    precondition(sampleLimit >= 0, "a sample has no negative size")
    self.methods = methods
    self.targets = targets
    self.depth = depth
    self.sampleLimit = sampleLimit
    self.seed = seed
  }
}

/// A network of a study in numbers.
public struct ConstructionMeasures: Sendable, Codable, Equatable {
  /// The number of layers of weights.
  public var depth: Int
  /// The largest number of units of a hidden layer.
  public var width: Int
  /// The number of hidden units in all.
  public var hiddenUnits: Int
  /// The weights and biases that are not zero, each counted where it stands.
  public var nonZeroWeights: Int
  /// The numbers to keep: tied weights once, constants such as 1 not at all.
  public var storedNumbers: Int
  /// The largest absolute weight or bias.
  public var largestWeight: Double
  /// How many binary digits weights need.
  public var precision: WeightPrecision
  /// The largest |c(z_i) - y_i| of the stored weights in exact arithmetic, rounded up.
  public var maxAbsoluteResidual: Double
  /// The same when the layers are evaluated by plain matrix products in doubles.
  public var plainResidual: Double
  /// Whether rounding to the nearest target recovers every target, in exact arithmetic.
  public var certified: Bool
  /// What the check of the assumptions measured, and the sizes of the parts.
  public var facts: [NetworkConstruction.Fact]
  /// Wall-clock seconds to build the network, the check of its assumptions included.
  public var seconds: Double
  /// Wall-clock seconds to certify it.
  public var certificationSeconds: Double
}

/// One construction of a study: its measures, or why it does not apply to the sample.
public struct ConstructionStudyRow: Sendable, Codable, Equatable {
  /// Which construction.
  public var method: ConstructionMethod
  /// The size as the source states it, with the source.
  public var source: String
  /// What the sample must fulfil.
  public var assumption: String
  /// What of the source is not reproduced.
  public var leftOut: String
  /// The network in numbers; nil where the construction does not apply.
  @ExplicitNull public var measures: ConstructionMeasures?
  /// Why the construction does not apply; nil where it does.
  @ExplicitNull public var refusal: String?
}

/// Constructions side by side on one sample.
public struct ConstructionStudyRecord: Sendable, Codable, Equatable {
  /// The sample; its first images were used.
  public var sample: SampleRecord
  /// How many of them, n.
  public var n: Int
  /// What the networks are to give.
  public var targets: ConstructionTargets
  /// One row a construction.
  public var rows: [ConstructionStudyRow]

  /// Whether every network that could be built recovers every target, in exact arithmetic.
  public var certified: Bool { rows.allSatisfy { $0.measures?.certified ?? true } }
}

/// Builds the networks of several published constructions on one sample, and certifies each.
///
/// - Parameters:
///   - sample: the sample; its values are taken as stored.
///   - configuration: what to try.
///   - progress: told before each construction.
/// - Returns: the record; a construction whose assumption fails is in it with the error.
/// - Complexity: O(n² d) exact operations for directions of their own, whose n rows are dense: some
///   ten seconds for n = 500 and d = 2,352. Less for the others.
public func studyConstructions(
  _ sample: CorruptedSample, configuration: ConstructionStudyConfiguration,
  progress: ProgressHandler = { _ in }
) -> ConstructionStudyRecord {
  let train = sample.train.prefix(min(sample.train.count, configuration.sampleLimit))
  let isBytes = train.holdsBytes
  let samples: Matrix<Double> = train.featureMatrix(.raw)
  let targets = train.labels.map {
    configuration.targets.value(ofClass: $0, among: train.classCount)
  }
  let rows = configuration.methods.enumerated().map { index, method in
    progress(
      ExperimentProgress(
        fraction: Double(index) / Double(configuration.methods.count),
        activity: method.rawValue))
    var row = ConstructionStudyRow(
      method: method, source: method.source, assumption: method.assumption,
      leftOut: method.leftOut, measures: nil, refusal: nil)
    let building = Stopwatch()
    do throws(ConstructionError) {
      let construction = try NetworkConstruction.build(
        method, samples: samples, targets: targets, depth: configuration.depth,
        directionKind: isBytes ? .integer : .normal, seed: configuration.seed)
      row.measures = ConstructionMeasures(
        construction, samples, targets, seconds: building.seconds)
    } catch {
      row.refusal = error.description
    }
    return row
  }
  return ConstructionStudyRecord(
    sample: SampleRecord(sample), n: train.count, targets: configuration.targets, rows: rows)
}

extension ConstructionTargets {
  fileprivate func value(ofClass label: Int, among classes: Int) -> Double {
    switch self {
    case .classIndex: Double(label)
    case .scaledClassIndex: classes > 1 ? Double(2 * label) / Double(classes - 1) - 1 : 0
    }
  }
}

extension ConstructionMeasures {
  fileprivate init(
    _ construction: NetworkConstruction, _ samples: Matrix<Double>, _ targets: [Double],
    seconds: Double
  ) {
    let network = construction.network
    let wanted = Matrix(rows: targets.count, columns: 1, columnMajor: targets)
    let certifying = Stopwatch()
    let blocks = SampleBlocks(samples)
    let certificate =
      construction.interpolant.map {
        InterpolationCertificate(checking: $0, samples: blocks, targets: wanted)
      } ?? InterpolationCertificate(checking: network, samples: blocks, targets: wanted)
    certificationSeconds = certifying.seconds
    depth = network.depth
    width = network.width
    hiddenUnits = network.layers.dropLast().reduce(0) { $0 + $1.units }
    nonZeroWeights = network.nonZeroWeights
    storedNumbers = construction.storedNumbers
    largestWeight = network.largestWeight
    precision = WeightPrecision(of: network)
    maxAbsoluteResidual = certificate.maxAbsoluteResidual
    plainResidual = (network.predict(samples) - wanted).largestAbsoluteEntry
    certified = certificate.recoversTargets
    facts = construction.facts
    self.seconds = seconds
  }
}
