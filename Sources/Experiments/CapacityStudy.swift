public import Capacity
public import Datasets
private import Networks

/// What a study of complexity measures trains.
public struct CapacityStudyConfiguration: Sendable, Codable, Equatable {
  /// The most training images.
  public var samples: Int
  /// Probabilities with which labels are redrawn.
  public var corruptions: [Double]
  /// Hidden units of the networks of one hidden layer.
  public var widths: [Int]
  /// The most passes over the sample.
  public var epochs: Int
  /// The mean loss at which a training ends, the same for all, so that networks compare.
  public var loss: Double
  /// Confidence and effort of the measures.
  public var options: NetworkCapacityOptions
  /// Names every draw.
  public var seed: UInt64

  /// Creates a configuration.
  public init(
    samples: Int = 500, corruptions: [Double] = [0, 0.25, 0.5, 0.75, 1],
    widths: [Int] = [64, 256], epochs: Int = 300, loss: Double = 0.02,
    options: NetworkCapacityOptions = NetworkCapacityOptions(perturbations: 4), seed: UInt64 = 0
  ) {
    self.samples = samples
    self.corruptions = corruptions
    self.widths = widths
    self.epochs = epochs
    self.loss = loss
    self.options = options
    self.seed = seed
  }
}

/// One trained network.
public struct CapacityStudyRow: Sendable, Codable, Equatable {
  /// The probability with which labels were redrawn.
  public var corruption: Double
  /// Hidden units.
  public var width: Int
  /// Whether the loss at which trainings end was reached.
  public var isFitted: Bool
  /// The network with its measures.
  public var network: NetworkCapacityRecord
}

/// How a measure orders the networks beside their generalisation gap.
public struct MeasureOrder: Sendable, Codable, Equatable {
  /// The measure's name.
  public var name: String
  /// Kendall's τ_b with the gap over all networks; null where one of both is constant.
  @ExplicitNull public var kendall: Double?
  /// Spearman's ρ likewise.
  @ExplicitNull public var spearman: Double?
  /// The mean τ_b over corruptions, among networks of one width.
  @ExplicitNull public var overCorruption: Double?
  /// The mean τ_b over widths, among networks of one corruption.
  @ExplicitNull public var overWidth: Double?
  /// The smallest bound of all networks; null where none is stated.
  @ExplicitNull public var smallestBound: Double?
  /// Networks whose bound is not vacuous.
  public var informative: Int
}

/// Complexity measures of networks trained on true and on random labels.
public struct CapacityStudyRecord: Sendable, Codable, Equatable {
  /// The sample with its true labels.
  public var sample: SampleRecord
  /// What was trained.
  public var configuration: CapacityStudyConfiguration
  /// The networks.
  public var rows: [CapacityStudyRow]
  /// The stability of SGD over corruptions, of a linear map and of the narrowest network.
  public var stability: [DescentStability]
  /// The measures, in the order in which they were taken.
  public var measures: [MeasureOrder]
}

/// Trains networks over corruptions of the labels and widths, and measures each.
///
/// All end at the same loss. The gap is that between errors against labels of one distribution: of
/// the sample, and of the test images corrupted by the same rule. How stable SGD is on each sample is
/// measured by trainings of their own, of one length; their bound is one of algorithm and step sizes
/// alone, and so the same for all labels.
///
/// Source: Zhang et al. (2017), section 2.2.
///
/// - Parameters:
///   - split: training and test images with true labels.
///   - configuration: what to train.
///   - progress: receives how far the study has come.
/// - Returns: the record.
/// - Throws: ``ExperimentError``.
public func studyCapacity(
  _ split: DatasetSplit, configuration: CapacityStudyConfiguration,
  progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> CapacityStudyRecord {
  let own = DatasetSplit(
    train: split.train.prefix(min(configuration.samples, split.train.count)), test: split.test)
  var rows: [CapacityStudyRow] = []
  var stability: [DescentStability] = []
  let total = Double(configuration.corruptions.count * configuration.widths.count)
  for corruption in configuration.corruptions {
    let sample = own.corrupted(
      by: corruption == 0 ? .none : .partialLabels(probability: corruption),
      seed: configuration.seed)
    for width in configuration.widths {
      let done = Double(rows.count) / total
      let title = "p = \(brief(corruption)), \(width) units"
      progress(ExperimentProgress(fraction: done, activity: "training: \(title)"))
      let plan = TrainingPlan(
        Architecture("mlp1x\(width)", input: sample.train.shape.tensorShape) {
          Flatten()
          Dense(width)
          Rectifier()
          Dense(sample.train.classCount)
        },
        configuration: TrainingConfiguration(
          epochs: configuration.epochs, batchSize: 64, learningRate: .constant(0.01),
          stoppingRules: [.loss(below: configuration.loss)], convergenceAccuracy: 0,
          evaluatesTest: false, seed: configuration.seed))
      let result = try trainNetwork(plan, on: sample)
      let network = try measureCapacity(
        of: result.parameters, plan: plan, on: sample, options: configuration.options
      ) {
        progress(
          ExperimentProgress(
            fraction: done + (0.5 + 0.5 * $0.fraction) / total,
            activity: "\($0.activity): \(title)"))
      }
      rows.append(
        CapacityStudyRow(
          corruption: corruption, width: width,
          isFitted: result.record.outcome == .lossReached, network: network))
    }
    if own.test.count > 0 {
      progress(
        ExperimentProgress(
          fraction: Double(rows.count) / total,
          activity: "stability of SGD: p = \(brief(corruption))"))
      stability += try stabilities(
        of: sample, width: configuration.widths.min() ?? 0, seed: configuration.seed)
    }
  }
  return CapacityStudyRecord(
    sample: SampleRecord(own.corrupted(by: .none, seed: configuration.seed)),
    configuration: configuration, rows: rows, stability: stability,
    measures: measureOrders(rows, configuration))
}

/// How each measure orders the networks.
func measureOrders(
  _ rows: [CapacityStudyRow], _ configuration: CapacityStudyConfiguration
) -> [MeasureOrder] {
  // A measure that some network lacks cannot order all of them.
  let names = rows.first?.network.measures.map(\.name) ?? []
  return names.compactMap { name in
    let found = rows.map { row in row.network.measures.first { $0.name == name } }
    let measures = found.compactMap { $0 }
    guard measures.count == rows.count else { return nil }
    let (values, gaps) = (measures.map(\.value), rows.map(\.network.gap))
    func mean(_ groups: [[Int]]) -> Double? {
      let taus = groups.compactMap { group in
        RankCorrelation.kendall(group.map { values[$0] }, group.map { gaps[$0] })
      }
      return taus.isEmpty ? nil : taus.reduce(0, +) / Double(taus.count)
    }
    return MeasureOrder(
      name: name, kendall: RankCorrelation.kendall(values, gaps),
      spearman: RankCorrelation.spearman(values, gaps),
      overCorruption: mean(
        configuration.widths.map { width in rows.indices.filter { rows[$0].width == width } }),
      overWidth: mean(
        configuration.corruptions.map { p in rows.indices.filter { rows[$0].corruption == p } }),
      smallestBound: measures.compactMap(\.bound).min(),
      informative: measures.count { $0.vacuous == false })
  }
}
