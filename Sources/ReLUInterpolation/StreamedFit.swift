public import LinearAlgebra
public import ReLUNetworks

extension ReLUInterpolant {
  /// Builds the network that takes given values at samples that need not be in memory.
  ///
  /// The samples are projected once for each direction drawn, block by block; only samples with
  /// equal projections are looked at again. Equal samples with equal targets share a hidden unit.
  ///
  /// - Parameters:
  ///   - samples: n samples in d dimensions, finite, n < 2³².
  ///   - targets: Y, n × C, finite.
  ///   - directionKind: how the direction is drawn; integers make the projections of bytes exact.
  ///   - placement: where thresholds stand.
  ///   - solver: how the output weights are found.
  ///   - seed: names the draw of the direction.
  /// - Returns: the fit, with all that shows how it was built.
  /// - Throws: ``InterpolationError``.
  /// - Complexity: O(n d) time with the recurrence, O(n C) memory beside the samples.
  public static func fit(
    _ samples: some SampleSource, targets: Matrix<Double>, directionKind: DirectionKind = .normal,
    placement: ThresholdPlacement = .nearPreviousPoint, solver: OutputWeightSolver = .recurrence,
    seed: UInt64
  ) throws(InterpolationError) -> InterpolantFit {
    precondition(samples.count == targets.rows, "a target for each sample")
    try samples.checkFinite()
    try requireFinite(targets, "the targets")
    var lastClash = Clash(first: 0, second: 0)
    for draw in 0..<maximalDraws {
      let direction = randomDirection(
        dimension: samples.dimension, kind: directionKind, seed: seed, draw: draw)
      switch try build(
        samples, targets, direction, directionKind, draws: draw + 1, placement, solver)
      {
      case .success(let fit): return fit
      case .failure(let clash): lastClash = clash
      }
    }
    throw .notSeparated(first: lastClash.first, second: lastClash.second, draws: maximalDraws)
  }

  /// Builds the network along a direction that the caller knows to separate the samples.
  ///
  /// On a line the direction (1) leaves every sample as it is, without any rounding.
  ///
  /// - Parameters:
  ///   - samples: n samples in d dimensions, finite, n < 2³².
  ///   - targets: Y, n × C, finite.
  ///   - direction: a, d finite numbers.
  ///   - placement: where thresholds stand.
  ///   - solver: how the output weights are found.
  /// - Returns: the fit; no direction was drawn.
  /// - Throws: ``InterpolationError``.
  /// - Complexity: O(n d) time with the recurrence, O(n C) memory beside the samples.
  public static func fit(
    _ samples: some SampleSource, targets: Matrix<Double>, along direction: [Double],
    placement: ThresholdPlacement = .nearPreviousPoint, solver: OutputWeightSolver = .recurrence
  ) throws(InterpolationError) -> InterpolantFit {
    precondition(samples.count == targets.rows, "a target for each sample")
    precondition(direction.count == samples.dimension, "a direction has the samples' dimension")
    try samples.checkFinite()
    try requireFinite(targets, "the targets")
    let kind: DirectionKind = direction.allSatisfy { $0 == $0.rounded() } ? .integer : .normal
    switch try build(samples, targets, direction, kind, draws: 0, placement, solver) {
    case .success(let fit): return fit
    case .failure(let clash):
      throw .notSeparated(first: clash.first, second: clash.second, draws: 1)
    }
  }
}

/// Builds the network along one direction, if that separates the samples.
private func build(
  _ samples: some SampleSource, _ targets: Matrix<Double>, _ direction: [Double],
  _ kind: DirectionKind, draws: Int, _ placement: ThresholdPlacement, _ solver: OutputWeightSolver
) throws(InterpolationError) -> Result<InterpolantFit, Clash> {
  let projections = samples.projections(along: direction)
  let separated: SeparatedSamples
  switch try SeparatedSamples.merging(
    SortedProjections(projections), of: samples, targets: targets)
  {
  case .success(let success): separated = success
  case .failure(let clash): return .failure(clash)
  }
  guard let thresholds = placement.thresholds(for: separated.points),
    let matrix = InterleavingMatrix(points: separated.points, thresholds: thresholds)
  else { return .failure(separated.closestNeighbours) }
  let weights = try matrix.solve(targets.gatheredRows(separated.representatives), solver: solver)
  try requireFinite(weights, "the output weights (targets or gaps of extreme size)")
  return .success(
    InterpolantFit(
      network: ReLUInterpolant(
        direction: direction, thresholds: thresholds, outputWeights: weights),
      matrix: matrix, representatives: separated.representatives, projections: projections,
      mergedDuplicates: samples.count - separated.representatives.count, solver: solver,
      directionKind: kind, draws: draws))
}

/// Two samples at distance δ clash along a random direction with a probability of about ε‖z‖/δ, so
/// samples that survive this many draws are not different in double precision.
private let maximalDraws = 16

/// Two different samples whose projections are equal or leave no room for a threshold.
private struct Clash: Error {
  var first: Int
  var second: Int
}

/// One sample for each projection.
private struct SeparatedSamples {
  /// The projections, strictly increasing unless they are no numbers.
  let points: [Double]
  /// The first sample with each of them.
  let representatives: [Int]

  /// Keeps the first of the samples that share a projection.
  ///
  /// - Returns: a clash where two of them are different samples.
  /// - Throws: ``InterpolationError/conflictingDuplicates(first:second:)`` where they are equal but
  ///   their targets are not.
  static func merging(
    _ sorted: SortedProjections, of samples: some SampleSource, targets: Matrix<Double>
  ) throws(InterpolationError) -> Result<SeparatedSamples, Clash> {
    let ties = sorted.ties
    for tie in ties {
      let first = Int(sorted.samples[tie.lowerBound])
      for position in tie.dropFirst() {
        let second = Int(sorted.samples[position])
        if !samples.areEqual(first, second) {
          return .failure(Clash(first: first, second: second))
        }
        for output in 0..<targets.columns where targets[first, output] != targets[second, output] {
          throw .conflictingDuplicates(first: first, second: second)
        }
      }
    }
    return .success(SeparatedSamples(sorted, ties: ties))
  }

  private init(_ sorted: SortedProjections, ties: [Range<Int>]) {
    if ties.isEmpty {
      points = sorted.values
      representatives = sorted.samples.map(Int.init)
      return
    }
    var (points, representatives) = ([Double](), [Int]())
    var next = 0
    for tie in ties + [sorted.count..<sorted.count] {
      let kept = next..<min(tie.lowerBound + 1, sorted.count)
      points += sorted.values[kept]
      representatives += sorted.samples[kept].lazy.map(Int.init)
      next = tie.upperBound
    }
    self.points = points
    self.representatives = representatives
  }

  /// The two samples with the smallest distance between their projections.
  var closestNeighbours: Clash {
    let gaps = zip(points, points.dropFirst()).lazy.map { $1 - $0 }.enumerated()
    guard let closest = gaps.min(by: { $0.element < $1.element }) else {
      return Clash(first: 0, second: 0)
    }
    return Clash(
      first: representatives[closest.offset], second: representatives[closest.offset + 1])
  }
}

extension Matrix<Double> {
  /// Some rows in the order given, each column's entries shared out among the threads.
  fileprivate func gatheredRows(_ indices: [Int]) -> Matrix {
    let size = 1 << 14
    let chunks = (indices.count + size - 1) / size
    return Matrix(rows: indices.count, columns: columns) { target in
      nonisolated(unsafe) let target = target
      withUnsafeElements { source in
        nonisolated(unsafe) let source = source
        indices.withUnsafeBufferPointer { indices in
          nonisolated(unsafe) let indices = indices
          inParallel(count: columns * chunks) { piece in
            let (column, chunk) = piece.quotientAndRemainder(dividingBy: chunks)
            for i in chunk * size..<min((chunk + 1) * size, indices.count) {
              target[i + column * indices.count] = source[indices[i] + column * rows]
            }
          }
        }
      }
    }
  }
}
