import LinearAlgebra

/// The weights of a descent and what its next step needs.
struct StochasticGradientDescent {
  let configuration: DescentConfiguration
  /// Xᵀ, d × n: a batch is some of its columns.
  let samples: Matrix<Double>
  let targets: Matrix<Double>
  private let squaredNorms: [Double]
  /// W.
  private(set) var weights: Matrix<Double>
  /// V.
  private var velocity: Matrix<Double>
  /// The mean of W₁ … W_t.
  private var average: Matrix<Double>
  private(set) var step = 0
  private var pass = 0
  private var pending: ArraySlice<[Int]> = []
  /// What the parts orthogonal to the samples go through.
  private(set) var outside: OutsideRecurrence

  init(
    _ configuration: DescentConfiguration, features: Matrix<Double>, targets: Matrix<Double>,
    start: Matrix<Double>, steps: Int
  ) {
    self.configuration = configuration
    self.targets = targets
    let transposed = features.transposed()
    samples = transposed
    squaredNorms = (0..<features.rows).map {
      let norm = euclideanNorm(transposed.column($0))
      return norm * norm
    }
    weights = start
    average = start
    velocity = Matrix(rows: start.rows, columns: start.columns)
    outside = OutsideRecurrence(configuration, steps: steps)
  }

  /// The weights that the path follows.
  var followed: Matrix<Double> { configuration.averagesIterates ? average : weights }

  /// One step; returns whether the weights are numbers.
  mutating func advance() -> Bool {
    let batch = nextBatch()
    let isWhole = configuration.batches == .full
    let inputs = isWhole ? samples : samples.columns(at: batch)
    let outputs = inputs.times(weights, transposingSelf: true)
    let loss = configuration.loss
    let derivatives = Matrix(rows: batch.count, columns: targets.columns) { i, j in
      loss.derivative(output: outputs[i, j], target: targets[batch[i], j])
    }
    var rounding = OutsideRecurrence.StepSizes(
      batch: batch.count, inputs: batch.reduce(0) { $0 + squaredNorms[$1] }.squareRoot(),
      derivatives: derivatives.frobeniusNorm, weights: weights.frobeniusNorm,
      velocity: velocity.frobeniusNorm)
    velocity.addProduct(of: inputs, derivatives, keeping: configuration.momentum)
    if configuration.weightDecay != 0 {
      velocity.add(weights, scaledBy: configuration.weightDecay)
    }
    weights.add(velocity, scaledBy: -configuration.stepSize)
    step += 1
    rounding.newVelocity = velocity.frobeniusNorm
    if configuration.averagesIterates {
      average.add(weights - average, scaledBy: 1 / Double(step))
    }
    outside.advance(step: step, rounding: rounding)
    return rounding.newVelocity.isFinite && weights.frobeniusNorm.isFinite
  }

  private mutating func nextBatch() -> [Int] {
    if pending.isEmpty {
      let batches = configuration.batches
      pending = batches.batches(inPass: pass, of: samples.columns, seed: configuration.seed)[...]
      pass += 1
    }
    return pending.removeFirst()
  }
}
