public import Datasets
internal import LinearAlgebra
public import Networks

/// What is trained, and how.
public struct TrainingPlan: Sendable, Hashable {
  /// The network before any weights.
  public var architecture: Architecture
  /// The distribution of the initial weights.
  public var initialization: Initialization
  /// By how much training images are altered, anew in each epoch.
  public var augmentation: Augmentation
  /// How an image becomes the network's input.
  public var preprocessing: Preprocessing
  /// How the network is trained; its seed also names initial weights and augmentation.
  public var configuration: TrainingConfiguration
  /// What carries out the arithmetic.
  public var engine: EngineChoice

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - architecture: the network, for images of the sample's shape and its classes.
  ///   - configuration: how it is trained; the seed also names initial weights and augmentation.
  ///   - initialization: the distribution of the initial weights.
  ///   - augmentation: by how much training images are altered.
  ///   - preprocessing: how an image becomes the network's input.
  ///   - engine: what carries out the arithmetic.
  public init(
    _ architecture: Architecture, configuration: TrainingConfiguration,
    initialization: Initialization = .he, augmentation: Augmentation = .none,
    preprocessing: Preprocessing = .standardized, engine: EngineChoice = .fast
  ) {
    self.architecture = architecture
    self.initialization = initialization
    self.augmentation = augmentation
    self.preprocessing = preprocessing
    self.configuration = configuration
    self.engine = engine
  }

  /// Creates a plan for one of the paper's networks, made for a sample's images and classes.
  ///
  /// - Parameters:
  ///   - model: which network.
  ///   - sample: the sample.
  ///   - configuration: how it is trained; the seed also names initial weights and augmentation.
  ///   - initialization: the distribution of the initial weights; nil for the model's own.
  ///   - augmentation: by how much training images are altered.
  ///   - preprocessing: how an image becomes the network's input.
  ///   - engine: what carries out the arithmetic.
  public init(
    _ model: PaperModel, for sample: CorruptedSample, configuration: TrainingConfiguration,
    initialization: Initialization? = nil, augmentation: Augmentation = .none,
    preprocessing: Preprocessing = .standardized, engine: EngineChoice = .fast
  ) {
    let architecture = model.architecture(
      input: sample.train.shape.tensorShape, classes: sample.train.classCount)
    self.init(
      architecture, configuration: configuration,
      initialization: initialization ?? model.initialization,
      augmentation: augmentation, preprocessing: preprocessing, engine: engine)
  }

  /// The network with its shapes checked against a sample.
  ///
  /// - Parameter sample: the sample that it is to be trained on.
  /// - Returns: the network.
  /// - Throws: ``ExperimentError/architecture(_:)``,
  ///   ``ExperimentError/inputShape(network:expected:found:)``,
  ///   ``ExperimentError/classCount(network:expected:found:)``.
  public func graph(for sample: CorruptedSample) throws(ExperimentError) -> NetworkGraph {
    let graph: NetworkGraph
    do throws(ArchitectureError) {
      graph = try NetworkGraph(architecture)
    } catch {
      throw .architecture(error)
    }
    let image = sample.train.shape.tensorShape
    guard graph.input == image || graph.input == .vector(image.count) else {
      throw .inputShape(network: architecture.name, expected: graph.input, found: image)
    }
    guard graph.classCount == sample.train.classCount else {
      throw .classCount(
        network: architecture.name, expected: graph.classCount, found: sample.train.classCount)
    }
    return graph
  }

  /// The sample's images as the network's inputs, training images altered.
  func pipelines(
    of sample: CorruptedSample
  ) throws(ExperimentError) -> (train: InputPipeline, test: InputPipeline) {
    if augmentation.randomCrop && sample.uncroppedTrain == nil {
      throw .randomCrop(corruption: sample.corruption)
    }
    let shape = sample.train.shape
    do throws(InputPipelineError) {
      let train = try InputPipeline(
        images: sample.uncroppedTrain ?? sample.train, crop: (shape.height, shape.width),
        augmentation: augmentation, preprocessing: preprocessing, seed: configuration.seed)
      let test = try InputPipeline(images: sample.test, preprocessing: preprocessing)
      return (train, test)
    } catch {
      throw .input(error)
    }
  }

  /// The engine with the network at its start.
  func engine(for graph: NetworkGraph) throws(ExperimentError) -> any NetworkEngine<Float> {
    do throws(EngineError) {
      return try engine.makeEngine(
        graph, loss: configuration.loss, batchSize: configuration.batchSize,
        parameters: NetworkParameters(
          graph, initialization: initialization, seed: configuration.seed))
    } catch {
      throw .engine(error)
    }
  }
}

extension InputPipeline: BatchSource {
  /// Values are written in single precision.
  public typealias Scalar = Float

  /// The labels of the images, the same in all epochs.
  public var labels: [Int] { images.labels }
}

extension ImageShape {
  /// The shape as a network's input.
  public var tensorShape: TensorShape {
    .image(channels: channels, height: height, width: width)
  }
}
