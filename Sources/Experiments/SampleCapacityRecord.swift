public import Capacity
public import Datasets
private import Kernels
private import LinearAlgebra
private import Networks

/// The capacity of classes of functions on a sample.
public struct SampleCapacityRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// What was asked for.
  public var options: SampleCapacityOptions
  /// The measures.
  public var measures: [CapacityMeasure]
  /// Seconds that the measuring took.
  public var seconds: Double

  /// Creates a record.
  public init(
    sample: SampleRecord, options: SampleCapacityOptions, measures: [CapacityMeasure],
    seconds: Double
  ) {
    self.sample = sample
    self.options = options
    self.measures = measures
    self.seconds = seconds
  }
}

/// Measures classes of functions on a sample: norm balls, kernels, networks.
///
/// The binary labels are the parities of the sample's. A network is trained on random signs.
///
/// - Parameters:
///   - sample: at least 8 different images.
///   - options: confidence and effort.
///   - networkDraws: random signs to train on; 0 leaves that out.
///   - progress: receives how far the measuring has come.
/// - Returns: the record.
/// - Throws: ``ExperimentError``, where images coincide too.
/// - Complexity: O(n³ + n² d) and the trainings.
public func measureCapacity(
  on sample: CorruptedSample, options: SampleCapacityOptions, networkDraws: Int = 20,
  progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> SampleCapacityRecord {
  let watch = Stopwatch()
  let train = sample.train
  guard train.count >= 8 else { throw .tooFewImages(needed: 8, found: train.count, test: false) }
  progress(ExperimentProgress(fraction: 0, activity: "balls and kernels"))
  let features: Matrix<Double> = train.featureMatrix(.standardized)
  let kernel = GaussianKernel.medianHeuristic(features, seed: options.seed)
  let capacity: SampleCapacity
  do throws(SampleCapacityError) {
    capacity = try SampleCapacity(
      samples: features, gram: kernel.gramMatrix(features), kernel: "Gaussian kernel",
      signs: train.labels.map { $0 % 2 == 0 ? 1 : -1 }, options: options)
  } catch {
    switch error {
    case .linearAlgebra(let error): throw .linearAlgebra(learner: "Gaussian kernel", error)
    case .interpolation(let error): throw .interpolation(error)
    }
  }
  var measures = capacity.measures
  if networkDraws > 0 {
    let plan = signTrainingPlan(train.shape, seed: options.seed)
    let complexity = try randomLabelComplexity(
      draws: networkDraws, of: train, plan: plan, confidence: options.confidence,
      seed: options.seed
    ) { progress(ExperimentProgress(fraction: 0.2 + 0.7 * $0.fraction, activity: $0.activity)) }
    measures.append(
      CapacityMeasure(
        "Rademacher complexity: signs of MLP 1x512, by training", complexity.value,
        interval: complexity.interval,
        bound: GeneralizationBound.rademacher(
          empirical: 0, complexity: complexity.value / 2, samples: train.count,
          delta: 1 - options.confidence),
        meaning: "no bound by this complexity can be below it", trivial: 0.5,
        reference: "Zhang et al. (2017), section 2.2",
        note: "a lower bound: \(complexity.fitted) of \(networkDraws) draws of signs all fitted; "
          + "interval by Hoeffding"))
  }
  if sample.test.count > 0 {
    progress(ExperimentProgress(fraction: 0.95, activity: "stability of SGD"))
    measures += try descentStabilityMeasures(sample, seed: options.seed)
  }
  measures += try paperModelMeasures(train, confidence: options.confidence)
  return SampleCapacityRecord(
    sample: SampleRecord(sample), options: options, measures: measures, seconds: watch.seconds)
}

/// One hidden layer of 512 units, trained until random signs are fitted.
private func signTrainingPlan(_ shape: ImageShape, seed: UInt64) -> TrainingPlan {
  TrainingPlan(
    PaperModel.mlp1x512.architecture(input: shape.tensorShape, classes: 2),
    configuration: TrainingConfiguration(
      epochs: 300, batchSize: 32, learningRate: .constant(0.01),
      stoppingRules: [.accuracy(atLeast: 1)],
      convergenceAccuracy: 0, evaluatesTraining: true, evaluatesTest: false, seed: seed))
}

/// Parameters and VC dimension of the paper's networks for a sample's images and classes.
private func paperModelMeasures(
  _ train: LabeledDataset, confidence: Double
) throws(ExperimentError) -> [CapacityMeasure] {
  var measures: [CapacityMeasure] = []
  for model in PaperModel.allCases {
    let graph: NetworkGraph
    do throws(ArchitectureError) {
      graph = try NetworkGraph(
        model.architecture(input: train.shape.tensorShape, classes: train.classCount))
    } catch {
      // Images too small for the network's windows say nothing of it.
      continue
    }
    let dimension = VCDimension(graph)
    let n = train.count
    measures.append(
      CapacityMeasure(
        "parameters / samples: \(model.title)", Double(graph.parameterCount) / Double(n),
        reference: "Zhang et al. (2017), section 2.2"))
    let left =
      dimension.leftOut.isEmpty
      ? "" : "; no bound: without \(dimension.leftOut.joined(separator: ", "))"
    let lower = VCDimension.lowerBound(
      weights: dimension.weights, layers: dimension.layers, inputs: train.dimension)
    measures.append(
      CapacityMeasure(
        "VC dimension, upper bound: \(model.title)", dimension.upperBound,
        bound: dimension.leftOut.isEmpty
          ? GeneralizationBound.growth(
            empirical: 0, logGrowth: dimension.logGrowth(samples: n), samples: n,
            delta: 1 - confidence) : nil,
        meaning: "error on new samples, confidence \(confidence)",
        trivial: CapacityMeasure.guessingError(classes: train.classCount),
        reference: "Bartlett, Harvey, Liaw, Mehrabian (2019), Theorem 7",
        note: "closed form \(brief(dimension.closedFormUpperBound)); some network of as many "
          + "weights and layers shatters \(brief(lower))" + left))
  }
  return measures
}
