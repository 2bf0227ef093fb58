internal import Capacity
public import Datasets
private import LinearAlgebra
private import Networks
private import RealModule

/// How far SGD's answer moves when one training image is replaced, all randomness kept.
///
/// Both trainings of a pair have the same start, order of samples and step sizes.
///
/// Source: Hardt, Recht, Singer, "Train faster, generalize better" (ICML 2016), section 3.
public struct DescentStability: Sendable, Codable, Equatable {
  /// The probability with which labels were redrawn.
  public var corruption: Double
  /// Hidden units; 0 of a linear map.
  public var width: Int
  /// The largest |loss after - loss before| at a test image, over all replacements.
  public var largestLossChange: Double
  /// The mean of the same.
  public var meanLossChange: Double
  /// The mean of ‖w - w'‖ over replacements.
  public var parameterDistance: Double
  /// The mean loss at the test images less that at the training images, without a replacement: what
  /// the bound is a bound of, in the mean over samples.
  public var lossGap: Double
  /// 2 L² Σ α_t / n, where the loss is convex; null for a network.
  @ExplicitNull public var bound: Double?
}

/// How the stability of SGD is measured.
public struct DescentStabilityConfiguration: Sendable, Codable, Equatable {
  /// Hidden units; 0 for a linear map, whose loss is convex.
  public var width: Int
  /// How many images are replaced, one at a time.
  public var replacements: Int
  /// Passes over the sample.
  public var epochs: Int
  /// Samples of a step.
  public var batchSize: Int
  /// The step size; of a linear map as a share of 1 / smoothness.
  public var stepSize: Double
  /// Names starts and orders.
  public var seed: UInt64

  /// Creates a configuration.
  public init(
    width: Int = 0, replacements: Int = 5, epochs: Int = 5, batchSize: Int = 10,
    stepSize: Double = 0.1, seed: UInt64 = 0
  ) {
    self.width = width
    self.replacements = replacements
    self.epochs = epochs
    self.batchSize = batchSize
    self.stepSize = stepSize
    self.seed = seed
  }
}

/// Trains on a sample and on its neighbours, and compares the answers.
///
/// The i-th replacement puts the i-th test image with its label in the place of the i-th training
/// image. Cross-entropy, no momentum. For a linear map on inputs with a 1 for the bias, L = √2 max ‖x‖
/// and the smoothness is max ‖x‖² / 2, so that the bound of the convex case holds; sampling without
/// replacement meets the replaced image once in each epoch, as often as the theorem's draws do in the
/// mean. Losses are those of test labels that were corrupted like the training labels.
///
/// - Parameters:
///   - sample: more test images than are put in; the first 1,000 are looked at.
///   - configuration: what to train.
/// - Returns: the stability, a lower bound of the supremum over all images.
/// - Throws: ``ExperimentError`` where network and sample do not fit together.
public func measureDescentStability(
  on sample: CorruptedSample, configuration: DescentStabilityConfiguration
) throws(ExperimentError) -> DescentStability {
  let train = sample.train
  let count = min(configuration.replacements, train.count, sample.test.count)
  guard count >= 1 else { throw .tooFewImages(needed: 1, found: count, test: true) }
  let test = sample.test.replacing(labels: sample.corruptedTestLabels, step: "labels corrupted")
    .prefix(min(1000, sample.test.count))
  let inputs: Matrix<Double> = train.columns(0..<train.count, .standardized, of: Double.self)
  let others: Matrix<Double> = test.columns(0..<count, .standardized, of: Double.self)
  let square =
    [inputs, others].flatMap { matrix in
      (0..<matrix.columns).map { 1 + matrix.column($0).reduce(0) { $0 + $1 * $1 } }
    }.max() ?? 1
  let isLinear = configuration.width == 0
  let rate = isLinear ? configuration.stepSize * 2 / square : configuration.stepSize
  let architecture = Architecture("stability", input: train.shape.tensorShape) {
    Flatten()
    if !isLinear {
      Dense(configuration.width)
      Rectifier()
    }
    Dense(train.classCount)
  }
  let plan = TrainingPlan(
    architecture,
    configuration: TrainingConfiguration(
      epochs: configuration.epochs, batchSize: configuration.batchSize,
      learningRate: .constant(rate), momentum: 0, convergenceAccuracy: 0, evaluatesTest: false,
      seed: configuration.seed))
  let own = try trained(plan, train, test)
  var changes: [Double] = []
  var distances = 0.0
  for index in 0..<count {
    let neighbour = train.replacing(
      image: index, by: test, label: test.labels[index])
    let other = try trained(plan, neighbour, test)
    distances += other.parameters.distance(to: own.parameters)
    changes += zip(other.testLosses, own.testLosses).map { abs($0 - $1) }
  }
  let steps =
    configuration.epochs * plan.configuration.stepsPerEpoch(samples: train.count)
  return DescentStability(
    corruption: sample.corruption.labelProbability, width: configuration.width,
    largestLossChange: changes.max() ?? 0,
    meanLossChange: mean(changes),
    parameterDistance: distances / Double(count),
    lossGap: mean(own.testLosses) - mean(own.trainLosses),
    bound: isLinear
      ? UniformStability.convexDescentBound(
        lipschitz: (2 * square).squareRoot(),
        stepSizes: [Double](repeating: rate, count: steps), samples: train.count) : nil)
}

/// A training's end and its loss at each image.
private func trained(
  _ plan: TrainingPlan, _ train: LabeledDataset, _ test: LabeledDataset
) throws(ExperimentError) -> (
  parameters: NetworkParameters<Float>, trainLosses: [Double], testLosses: [Double]
) {
  let sample = DatasetSplit(train: train, test: test).corrupted(
    by: .none, seed: plan.configuration.seed)
  let result = try trainNetwork(plan, on: sample)
  let engine = ReferenceEngine(
    result.graph, loss: .crossEntropy, batchSize: max(1, test.count),
    parameters: result.parameters)
  func losses(_ images: InputPipeline) -> [Double] {
    let logits = engine.allLogits(images)
    return images.labels.enumerated().map { j, label in
      let column = logits.column(j)
      let top = column.max() ?? 0
      return Double.log(column.reduce(0) { $0 + Double.exp($1 - top) }) + top - column[label]
    }
  }
  let images = try plan.pipelines(of: sample)
  return (result.parameters, losses(images.train), losses(images.test))
}

extension LabeledDataset {
  /// The dataset with one image replaced by the image of another set at the same place.
  fileprivate func replacing(image index: Int, by other: LabeledDataset, label: Int)
    -> LabeledDataset
  {
    func replaced<Value>(_ values: [Value], _ new: [Value]) -> [Value] {
      var values = values
      let place = index * dimension..<(index + 1) * dimension
      values.replaceSubrange(place, with: new[place])
      return values
    }
    let pixels: Pixels =
      switch (self.pixels, other.pixels) {
      case (.bytes(let own), .bytes(let new)): .bytes(replaced(own, new))
      case (.reals(let own), .reals(let new)): .reals(replaced(own, new))
      case (.bytes(let own), .reals(let new)): .reals(replaced(own.map { Float($0) }, new))
      case (.reals(let own), .bytes(let new)): .reals(replaced(own, new.map { Float($0) }))
      }
    var labels = labels
    labels[index] = label
    return LabeledDataset(
      shape: shape, pixels: pixels, labels: labels, classNames: classNames,
      provenance: provenance.appending("image \(index) replaced"))
  }
}

/// The stability of SGD: of a linear map where there are no hidden units, else of a network.
private func stability(
  _ sample: CorruptedSample, width: Int, seed: UInt64
) throws(ExperimentError) -> DescentStability {
  try measureDescentStability(
    on: sample,
    configuration: DescentStabilityConfiguration(
      width: width, epochs: 20, stepSize: width == 0 ? 0.1 : 0.01, seed: seed))
}

/// The stability of SGD of a linear map and of a network with one hidden layer.
///
/// - Parameters:
///   - sample: the sample.
///   - width: hidden units of the network.
///   - seed: names starts and orders.
/// - Returns: two stabilities.
/// - Throws: ``ExperimentError``.
func stabilities(
  of sample: CorruptedSample, width: Int, seed: UInt64
) throws(ExperimentError) -> [DescentStability] {
  [
    try stability(sample, width: 0, seed: seed), try stability(sample, width: width, seed: seed),
  ]
}

/// The stability of SGD on a sample as measures: a linear map, and a network on true and random labels.
///
/// - Parameters:
///   - sample: the sample.
///   - seed: names starts and orders.
/// - Returns: three measures.
/// - Throws: ``ExperimentError``.
func descentStabilityMeasures(
  _ sample: CorruptedSample, seed: UInt64
) throws(ExperimentError) -> [CapacityMeasure] {
  let split = DatasetSplit(train: sample.train, test: sample.test)
  var measures: [CapacityMeasure] = []
  for (width, corruption, name) in [
    (0, Corruption.none, "linear map"), (128, .none, "128 hidden units"),
    (128, .randomLabels, "128 hidden units, random labels"),
  ] {
    let stability = try stability(
      split.corrupted(by: corruption, seed: seed), width: width, seed: seed)
    measures.append(
      CapacityMeasure(
        "uniform stability: SGD, \(name), measured", stability.largestLossChange,
        bound: stability.bound, meaning: "the stability itself, in nats",
        trivial: Double.log(Double(max(2, sample.train.classCount))),
        reference: "Hardt, Recht, Singer (2016), Theorem 3.8",
        note: "the largest change of the loss at a test image when one image is replaced, mean "
          + "change \(brief(stability.meanLossChange))"
          + (stability.bound == nil
            ? "; no bound: Theorem 3.12 wants steps of c / t and a known smoothness" : "")))
  }
  return measures
}
