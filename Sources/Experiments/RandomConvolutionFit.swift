import Datasets
import Kernels
import LinearAlgebra

/// The arithmetic of ``fitRandomConvolution(_:configuration:progress:)``.
struct RandomConvolutionFit {
  typealias Point = RandomConvolutionRecord.Point
  typealias Candidate = RandomConvolutionRecord.Candidate

  static let learner = "random convolutional features"
  /// Images whose features are made together, in the primal form.
  static let imageBlock = 512
  /// Filters whose features are made together, in the dual form.
  static let filterBlock = 256
  /// The training images that means and deviations are learned from.
  static let scalingImages = 2000

  let configuration: RandomConvolutionConfiguration
  let features: RandomConvolutionalFeatures
  let train: Matrix<Float>
  let targets: Matrix<Float>
  let labels: [Int]
  let test: Matrix<Float>
  let testLabels: [Int]
  let heldOut: Int
  var featureSeconds = 0.0
  var solveSeconds = 0.0

  /// n.
  var samples: Int { train.rows }
  /// The training images that are not held out.
  var fitted: Int { samples - heldOut }
  private var perFilter: Int { configuration.features.featuresPerFilter }
  private var filterCount: Int { configuration.filterCounts.last ?? 0 }

  /// The bytes of the largest things held at a time.
  static func plannedBytes(
    _ split: DatasetSplit, _ configuration: RandomConvolutionConfiguration, _ form: RidgeForm
  ) -> Int {
    let (n, m) = (split.train.count, split.test.count)
    let perFilter = configuration.features.featuresPerFilter
    let filters = configuration.filterCounts.last ?? 0
    let images = (n + m) * split.train.dimension
    let size = form == .primal ? filters * perFilter : n
    // The matrix and its factor; without a kernel the leading part of the factor too.
    let copies = configuration.relativeGammas.isEmpty ? 3 : 2
    // A panel that is added to, or one in `Double` and in `Float` to multiply by.
    let panels = copies * PanelCholesky<Float>.plannedBytes(size: size) / 4 + 3 * size * 1024
    switch form {
    case .primal: return 4 * (images + panels + (scalingImages + 2 * imageBlock) * size)
    case .dual:
      let width = min(filters, filterBlock) * perFilter
      return 4 * (images + panels + m * n + 2 * (n + m) * width)
    }
  }

  // MARK: (ΦᵀΦ + λI) W = ΦᵀY

  mutating func primal(_ progress: ProgressHandler) throws(LinearAlgebraError) -> [Point] {
    let dimension = filterCount * perFilter
    let sizes = configuration.filterCounts.map { $0 * perFilter }
    var watch = Stopwatch()
    progress(ExperimentProgress(fraction: 0, activity: "means and deviations of the features"))
    let scaling = FeatureScaling(
      features: features(
        train, rows: 0..<min(Self.scalingImages, fitted), filters: 0..<filterCount))
    var gram = SymmetricPanels(size: dimension)
    var moments = Matrix<Float>(rows: dimension, columns: targets.columns)
    let all = Double(samples + test.rows)
    func scaled(_ images: Matrix<Float>, _ rows: Range<Int>) -> Matrix<Float> {
      var block = features(images, rows: rows, filters: 0..<filterCount)
      scaling.apply(to: &block)
      return block
    }
    func add(_ block: Matrix<Float>, _ rows: Range<Int>) {
      let transposed = block.transposed()
      gram.addProduct(transposed)
      moments.addProduct(of: transposed, targets.rows(rows))
    }
    for rows in blocks(0..<fitted, of: Self.imageBlock) {
      add(scaled(train, rows), rows)
      progress(
        ExperimentProgress(
          fraction: Double(rows.upperBound) / all, activity: "features of the training images"))
    }
    featureSeconds += watch.seconds

    // The images held out are scored and then join the rest: their features are made once.
    watch = Stopwatch()
    var weights: [[Matrix<Float>]?] = []
    for ridge in configuration.ridges {
      // The largest square is factored: its factor serves the smaller ones.
      let factor = try? gram.factored(ridge: lambda(ridge), leading: sizes.last)
      weights.append(
        factor.map { factor in sizes.map { factor.leading($0).solve(moments.rows(0..<$0)) } })
    }
    solveSeconds += watch.seconds
    var wrong = Matrix<Double>(rows: sizes.count, columns: configuration.ridges.count)
    for rows in blocks(fitted..<samples, of: Self.imageBlock) {
      watch = Stopwatch()
      let block = scaled(train, rows)
      featureSeconds += watch.seconds
      watch = Stopwatch()
      for (j, solutions) in weights.enumerated() {
        for (i, solution) in (solutions ?? []).enumerated() {
          wrong[i, j] += Double(mistakes(block, solution, labels[rows]))
        }
      }
      solveSeconds += watch.seconds
      watch = Stopwatch()
      add(block, rows)
      featureSeconds += watch.seconds
      progress(
        ExperimentProgress(
          fraction: Double(rows.upperBound) / all, activity: "features of the images held out"))
    }
    watch = Stopwatch()
    var points = sizes.indices.map { i in
      let candidates = configuration.ridges.indices.map { j in
        Candidate(
          relativeGamma: nil, ridge: configuration.ridges[j],
          heldOutError: weights[j] == nil ? nil : wrong[i, j] / Double(heldOut))
      }
      return point(configuration.filterCounts[i], candidates)
    }
    weights = []
    var solutions = [Matrix<Float>](repeating: Matrix(rows: 0, columns: 0), count: sizes.count)
    for ridge in Set(points.map(\.ridge)).sorted() {
      let own = points.indices.filter { points[$0].ridge == ridge }
      let factor = try gram.factored(ridge: lambda(ridge), leading: own.map { sizes[$0] }.max())
      for i in own {
        let found = gram.solve(
          moments.rows(0..<sizes[i]).converted(to: Double.self), by: factor.leading(sizes[i]),
          ridge: lambda(ridge), tolerance: configuration.tolerance)
        solutions[i] = found.solution.converted(to: Float.self)
        points[i].norm = found.solution.frobeniusNorm
        points[i].relativeResidual = found.relativeResidual
      }
    }
    solveSeconds += watch.seconds
    for rows in blocks(0..<test.rows, of: Self.imageBlock) {
      watch = Stopwatch()
      let block = scaled(test, rows)
      featureSeconds += watch.seconds
      for i in points.indices {
        points[i].testError +=
          Double(mistakes(block, solutions[i], testLabels[rows])) / Double(test.rows)
      }
      progress(
        ExperimentProgress(
          fraction: Double(samples + rows.upperBound) / all,
          activity: "features of the test images"))
    }
    return points
  }

  /// Wrong answers of weights that may be of the first features alone.
  private func mistakes(
    _ block: Matrix<Float>, _ weights: Matrix<Float>, _ labels: ArraySlice<Int>
  ) -> Int {
    wrongAnswers(block.columns(0..<weights.rows) * weights, labels)
  }

  // MARK: (ΦΦᵀ + λI) α = Y

  mutating func dual(_ progress: ProgressHandler) throws(LinearAlgebraError) -> [Point] {
    var gram = SymmetricPanels(size: samples)
    var cross = Matrix<Float>(rows: test.rows, columns: samples)
    var testNorms = [Float](repeating: 0, count: test.rows)
    var points: [Point] = []
    var first = 0
    for count in configuration.filterCounts {
      var watch = Stopwatch()
      for filters in blocks(first..<count, of: Self.filterBlock) {
        progress(
          ExperimentProgress(
            fraction: Double(filters.lowerBound) / Double(filterCount),
            activity: "features of filters \(filters.lowerBound + 1) to \(filters.upperBound)"))
        var own = features(train, filters: filters)
        let scaling = FeatureScaling(features: own.rows(0..<min(Self.scalingImages, fitted)))
        scaling.apply(to: &own)
        gram.addProduct(own)
        var others = features(test, filters: filters)
        scaling.apply(to: &others)
        cross.addProduct(of: others, own, transposingSecond: true)
        for (i, norm) in others.rowEnergies().enumerated() { testNorms[i] += norm }
      }
      first = count
      featureSeconds += watch.seconds
      watch = Stopwatch()
      progress(
        ExperimentProgress(
          fraction: Double(count) / Double(filterCount), activity: "solves for \(count) filters"))
      points.append(
        try configuration.relativeGammas.isEmpty
          ? dualPoint(gram, cross, filters: count)
          : kernelPoint(gram, cross, testNorms: testNorms, filters: count))
      solveSeconds += watch.seconds
    }
    return points
  }

  // MARK: Both

  /// λ for a λ / n.
  func lambda(_ ridge: Double) -> Float { Float(ridge * Double(samples)) }

  /// The first candidate of least error; of none that has an error, the largest ridge.
  func point(_ filters: Int, _ candidates: [Candidate]) -> Point {
    let best = candidates.min { ($0.heldOutError ?? .infinity) < ($1.heldOutError ?? .infinity) }
    let ridge =
      best?.heldOutError == nil ? configuration.ridges.max() ?? 0 : best?.ridge ?? 0
    return Point(
      filters: filters, features: filters * perFilter, candidates: candidates, gamma: nil,
      ridge: ridge, heldOutError: best?.heldOutError, trainError: nil, relativeResidual: 0,
      testError: 0, norm: 0)
  }

  func blocks(_ range: Range<Int>, of width: Int) -> [Range<Int>] {
    stride(from: range.lowerBound, to: range.upperBound, by: width).map {
      $0..<min($0 + width, range.upperBound)
    }
  }
}

/// How many rows have their largest entry elsewhere than in their label's column.
func wrongAnswers<Scalar>(_ values: Matrix<Scalar>, _ labels: ArraySlice<Int>) -> Int {
  zip(values.largestColumnOfRows(), labels).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
}
