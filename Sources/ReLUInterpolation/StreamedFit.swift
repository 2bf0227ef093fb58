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
    var lastClash = (first: 0, second: 0)
    for draw in 0..<maximalDraws {
      let direction = randomDirection(
        dimension: samples.dimension, kind: directionKind, seed: seed, draw: draw)
      let projections = samples.projections(along: direction)
      switch try SeparatedSamples.merging(
        SortedProjections(projections), of: samples, targets: targets)
      {
      case .failure(let clash):
        lastClash = (clash.first, clash.second)
      case .success(let separated):
        guard let thresholds = placement.thresholds(for: separated.points),
          let matrix = InterleavingMatrix(points: separated.points, thresholds: thresholds)
        else {
          lastClash = separated.closestNeighbours
          continue
        }
        let weights = try matrix.solve(
          targets.gatheredRows(separated.representatives), solver: solver)
        try requireFinite(weights, "the output weights (targets or gaps of extreme size)")
        return InterpolantFit(
          network: ReLUInterpolant(
            direction: direction, thresholds: thresholds, outputWeights: weights),
          matrix: matrix, representatives: separated.representatives, projections: projections,
          mergedDuplicates: samples.count - separated.representatives.count, solver: solver,
          directionKind: directionKind, draws: draw + 1)
      }
    }
    throw .notSeparated(first: lastClash.first, second: lastClash.second, draws: maximalDraws)
  }
}

/// Two samples at distance δ clash along a random direction with a probability of about ε‖z‖/δ, so
/// samples that survive this many draws are not different in double precision.
private let maximalDraws = 16

/// Two different samples with one projection.
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
  var closestNeighbours: (first: Int, second: Int) {
    let gaps = zip(points, points.dropFirst()).lazy.map { $1 - $0 }.enumerated()
    guard let closest = gaps.min(by: { $0.element < $1.element }) else { return (0, 0) }
    return (representatives[closest.offset], representatives[closest.offset + 1])
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
