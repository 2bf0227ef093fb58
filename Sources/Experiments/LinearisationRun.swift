import Datasets
import LinearAlgebra
import Networks
import RealModule

/// Images and labels in the forms that engine and kernel want, with the same numbers.
struct LinearisationSample {
  let train, test: MatrixSource<Float>
  let x, testX: Matrix<Double>
  /// One-hot labels, C × n.
  let targets: Matrix<Double>

  init(_ split: DatasetSplit, targets kind: LinearisationConfiguration.Targets) {
    func source(_ set: LabeledDataset) -> MatrixSource<Float> {
      MatrixSource(
        samples: set.columns(0..<set.count, .standardized, of: Float.self),
        labels: set.labels.map(kind.output))
    }
    train = source(split.train)
    test = source(split.test)
    x = train.samples.converted(to: Double.self)
    testX = test.samples.converted(to: Double.self)
    let labels = train.labels
    targets = Matrix(
      rows: kind.outputs(classes: split.train.classCount), columns: labels.count
    ) { $0 == labels[$1] ? 1 : 0 }
  }
}

/// One network, trained and held against its linearisation at the start.
struct LinearisationRun {
  let graph: NetworkGraph
  let sample: LinearisationSample
  let configuration: LinearisationConfiguration
  /// Names the draws of this network.
  let seed: UInt64
  /// Names the network in an error.
  let title: String

  private let start: NetworkParameters<Float>
  private let pass: DenseChainPass
  private let residuals: Matrix<Double>
  private let interpolant: TangentInterpolant

  init(
    width: Int, sample: LinearisationSample, configuration: LinearisationConfiguration,
    seed: UInt64, title: String
  ) throws(ExperimentError) {
    (self.sample, self.configuration, self.seed) = (sample, configuration, seed)
    self.title = title
    graph = try multilayerPerceptron(
      width: width, hiddenLayers: configuration.hiddenLayers, inputs: sample.x.rows,
      outputs: sample.targets.rows)
    start = NetworkParameters.tangentScaled(graph, seed: seed).parameters
    let pass = try denseChain(graph, start).pass(sample.x)
    let residuals = sample.targets - pass.outputs
    interpolant = try tangentInterpolant(fitting: residuals, pass, title: title)
    (self.pass, self.residuals) = (pass, residuals)
  }

  private var startingLoss: Double { meanLoss(residuals) }

  /// Trains the network and compares it with its linearisation.
  ///
  /// - Parameter keepsPath: whether the way of the training is measured.
  /// - Returns: nil where the training diverged at each step size tried.
  /// - Throws: ``ExperimentError`` where the engine refuses the network or a kernel is singular.
  func callAsFunction(
    keepsPath: Bool
  ) throws(ExperimentError) -> (draw: LinearisationDraw, path: [LinearisationPoint])? {
    let batchSize = min(configuration.batchSize ?? .max, sample.x.columns)
    var rate = configuration.stepShare * interpolant.stepSize(batchSize: batchSize)
    // A narrow network's kernel may grow beyond what its start allows.
    for _ in 0..<10 {
      let engine: OneDNNEngine
      do throws(EngineError) {
        engine = try OneDNNEngine(
          graph, loss: .squared, batchSize: sample.x.columns, parameters: start)
      } catch {
        throw .engine(error)
      }
      let training = try train(engine, batchSize: batchSize, rate: rate, keepsPath: keepsPath)
      if !training.hasDiverged {
        return (
          try draw(engine.parameters, rate: rate, steps: training.steps), training.path
        )
      }
      rate /= 2
    }
    return nil
  }

  private func train(
    _ engine: OneDNNEngine, batchSize: Int, rate: Double, keepsPath: Bool
  ) throws(ExperimentError) -> (hasDiverged: Bool, steps: Int, path: [LinearisationPoint]) {
    let process: TrainingProcess<Float>
    do throws(SnapshotError) {
      process = try TrainingProcess(
        engine: engine, train: sample.train,
        configuration: TrainingConfiguration(
          epochs: configuration.epochs, batchSize: batchSize, learningRate: .constant(rate),
          momentum: configuration.momentum, loss: .squared, convergenceAccuracy: 0,
          evaluatesTest: false, seed: seed))
    } catch {
      throw .snapshot(error)
    }
    var path: [LinearisationPoint] = []
    func measure(_ distance: Double) {
      if keepsPath { path.append(point(engine, steps: process.steps, distance: distance)) }
    }
    measure(0)
    let enough = configuration.tolerance * configuration.tolerance * startingLoss
    var (next, last) = (1, 0.0)
    let outcome = process.run { epoch in
      last = epoch.distanceToStart
      // The loss of an epoch is that before its steps; after them momentum may have raised it.
      let isDone =
        epoch.loss <= enough
        && meanLoss(sample.targets - trainingLogits(engine)) <= enough
      if !isDone && epoch.epoch >= next {
        measure(last)
        next = max(next + 1, next * 5 / 4)
      }
      return !isDone
    }
    if case .diverged = outcome { return (true, process.steps, []) }
    measure(last)
    return (false, process.steps, path)
  }

  private func point(
    _ engine: OneDNNEngine, steps: Int, distance: Double
  ) -> LinearisationPoint {
    let logits = trainingLogits(engine)
    let margins = logits.margins(sample.train.labels).sorted()
    let norm = engine.parameters.norm
    let layers = Double(configuration.hiddenLayers + 1)
    return LinearisationPoint(
      steps: steps, loss: meanLoss(sample.targets - logits), norm: norm, distance: distance,
      smallestMargin: margins[0], medianMargin: median(ofSorted: margins),
      normalisedMargin: margins[0] / Double.pow(norm, layers),
      testError: 1 - accuracy(engine.predictedClasses(sample.test), sample.test.labels))
  }

  private func trainingLogits(_ engine: OneDNNEngine) -> Matrix<Double> {
    let n = sample.x.columns
    return engine.logits(count: n) {
      sample.train.write(Array(0..<n), epoch: nil, to: $0)
    }.converted(to: Double.self)
  }

  /// Measures a trained network against the linearisation at its start.
  private func draw(
    _ end: NetworkParameters<Float>, rate: Double, steps: Int
  ) throws(ExperimentError) -> LinearisationDraw {
    let (first, last) = (try denseChain(graph, start), try denseChain(graph, end))
    let lastPass = last.pass(sample.x)
    let residualsLeft = sample.targets - lastPass.outputs
    let after = try tangentInterpolant(
      fitting: sample.targets, lastPass, title: "\(title), after training")
    let (interpolant, pass, targets) = (interpolant, pass, sample.targets)
    let (before, remainder) = try solving(for: title) { () throws(LinearAlgebraError) in
      (
        try interpolant.refitted(to: targets, pass),
        try interpolant.smallestChange(of: residualsLeft)
      )
    }
    let (test, lastTest) = (first.pass(sample.testX), last.pass(sample.testX))
    let linearisedChange = test.jacobian(times: interpolant.change)
    let linearised = test.outputs + linearisedChange
    func testError(_ outputs: Matrix<Double>) -> Double {
      1 - accuracy(outputs.largestRowOfColumns(), sample.test.labels)
    }
    let moved = zip(end.values, start.values).map { end, start in
      zip(end, start).map { Double($0) - Double($1) }
    }
    let movedBeside = zip(moved, interpolant.change).map { moved, change in
      zip(moved, change).map { $0 - $1 }
    }
    let (kernel, lastKernel) = (interpolant.kernel, after.kernel)
    let relativeResidual = residualsLeft.frobeniusNorm / residuals.frobeniusNorm
    return LinearisationDraw(
      isFitted: relativeResidual <= configuration.tolerance, learningRate: rate, steps: steps,
      trainLoss: meanLoss(residualsLeft), relativeResidual: relativeResidual,
      testError: testError(lastTest.outputs), linearisedTestError: testError(linearised),
      startKernelTestError: testError(test.jacobian(times: before.change)),
      afterKernelTestError: testError(lastTest.jacobian(times: after.change)),
      predictionDifference: (lastTest.outputs - linearised).frobeniusNorm
        / linearisedChange.frobeniusNorm,
      weightDifference: norm(movedBeside) / norm(interpolant.change),
      stoppingRemainder: remainder / interpolant.norm,
      kernelDrift: (lastKernel - kernel).frobeniusNorm / kernel.frobeniusNorm,
      kernelAlignment: inner(kernel, lastKernel)
        / (kernel.frobeniusNorm * lastKernel.frobeniusNorm),
      switchedShare: pass.switchedShare(lastPass), relativeDistance: norm(moved) / start.norm,
      changeNorm: interpolant.norm,
      conditionEstimate: interpolant.evidence.conditionEstimate,
      testRatio: interpolant.evidence.testRatio)
  }

  /// ½ ‖r‖² of a sample in the mean.
  private func meanLoss(_ residuals: Matrix<Double>) -> Double {
    let norm = residuals.frobeniusNorm
    return norm * norm / 2 / Double(residuals.columns)
  }
}

/// ReLU layers of one width without biases, so that the network is homogeneous.
func multilayerPerceptron(
  width: Int, hiddenLayers: Int, inputs: Int, outputs: Int
) throws(ExperimentError) -> NetworkGraph {
  let architecture = Architecture("MLP \(hiddenLayers)x\(width)", input: .vector(inputs)) {
    for _ in 0..<hiddenLayers {
      Dense(width, hasBias: false)
      Rectifier()
    }
    Dense(outputs, hasBias: false)
  }
  do throws(ArchitectureError) {
    return try NetworkGraph(architecture)
  } catch {
    throw .architecture(error)
  }
}

private func denseChain(
  _ graph: NetworkGraph, _ parameters: NetworkParameters<Float>
) throws(ExperimentError) -> DenseChain {
  do throws(LinearisationError) {
    return try DenseChain(graph, parameters: parameters)
  } catch {
    throw .linearisation(error)
  }
}

/// A singular kernel is told of in the study's own words.
private func tangentInterpolant(
  fitting residuals: Matrix<Double>, _ pass: DenseChainPass, title: String
) throws(ExperimentError) -> TangentInterpolant {
  do throws(LinearAlgebraError) {
    return try TangentInterpolant(fitting: residuals, pass)
  } catch {
    if case .notPositiveDefinite = error {
      throw .linearisation(
        .singularKernel(network: title, values: residuals.rows * residuals.columns))
    }
    throw .linearAlgebra(learner: title, error)
  }
}

private func norm(_ arrays: [[Double]]) -> Double { euclideanNorm(arrays.map(euclideanNorm)) }

private func inner(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Double {
  zip(a.elements, b.elements).reduce(0) { $0 + $1.0 * $1.1 }
}

private func median(ofSorted values: [Double]) -> Double {
  let middle = values.count / 2
  return values.count.isMultiple(of: 2) ? (values[middle - 1] + values[middle]) / 2 : values[middle]
}

extension Matrix<Double> {
  /// f_y - max_{c ≠ y} f_c of each column; for a single row f_y.
  fileprivate func margins(_ labels: [Int]) -> [Double] {
    labels.enumerated().map { j, label in
      let others = (0..<rows).filter { $0 != label }.map { self[$0, j] }
      return self[label, j] - (others.max() ?? 0)
    }
  }
}
