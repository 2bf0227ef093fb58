private import ExactArithmetic
private import LinearAlgebra
private import ReLUNetworks

extension NetworkConstruction {
  /// A network with two hidden layers of about 2√n units, for targets in [-1, 1].
  ///
  /// The samples' projections t are sorted and cut into G = ⌈n/m⌉ groups of m consecutive ones, m the
  /// least even number with m² ≥ n. For each position j = 1 … m let s_j = (-1)^j and let φ_j be
  /// piecewise linear and, inside each group, so steep that φ_j = s_j y at the group's j-th point,
  /// φ_j ≤ -1 at those before it and φ_j ≥ 1 at those after it; in a group without a j-th point
  /// φ_j ≤ -1. The output is
  ///
  ///     1 + Σ_j s_j clip(φ_j),   clip(x) = max(x + 1, 0) - max(x - 1, 0) - 1,
  ///
  /// where clip cuts off at -1 and 1. At the i-th point of a group it is
  /// 1 + Σ_{j<i} s_j + y - Σ_{j>i} s_j. For even m all s_j add up to 0, so that
  /// Σ_{j>i} s_j = -s_i - Σ_{j<i} s_j, and 2 Σ_{j<i} s_j + s_i = -1 for odd i (0 - 1) and for even i
  /// (-2 + 1): the output is y.
  ///
  /// A φ_j is a sum of hinges in t with two breakpoints in each gap between groups, the same ones
  /// for all j: 2G units in the first hidden layer, and 2m in the second one for the two maxima of
  /// each clip. Both are at most 2√n + 4. The weights come from a recurrence over the groups in
  /// twice the digits: the last weight before a group makes up for the rounding of all others, so
  /// that φ_j at its point is off by the rounding of that weight alone. The steeper φ_j and the
  /// smaller the gaps, the larger the weights and this rounding.
  ///
  /// The source's statement is the widths; construction and proof above are this project's reading
  /// of it.
  static func clippedSums(
    _ sample: DistinctSample, direction: [Double], points: [Double]
  ) throws(ConstructionError) -> NetworkConstruction {
    let n = points.count
    for (index, target) in zip(sample.indices, sample.targets) where !(abs(target) <= 1) {
      throw .targetOutOfRange(sample: index, value: target)
    }
    let positions = max(2, 2 * Int((Double(n).squareRoot() / 2).rounded(.up)))
    let groups = stride(from: 0, to: n, by: positions).map { $0..<min(n, $0 + positions) }
    var breakpoints: [(first: Double, second: Double)] = []
    for group in groups {
      let point = points[group.lowerBound]
      let before =
        group.lowerBound > 0
        ? points[group.lowerBound - 1] : point - max(typicalGap(points), 64 * point.ulp)
      let gap = point - before
      let (first, second) = (before + gap / 8, point - gap / 8)
      guard before < first && first < second && second < point else {
        throw .lostInRounding(
          first: sample.indices[max(0, group.lowerBound - 1)],
          second: sample.indices[group.lowerBound])
      }
      breakpoints.append((first, second))
    }
    let crossings = (0..<positions).map { position in
      groups.map { Crossing(points, sample.targets, group: $0, position: position) }
    }
    let weights = crossings.map { hingeWeights($0, breakpoints) }
    let hinges = 2 * groups.count
    let signs = (0..<positions).map { $0.isMultiple(of: 2) ? -1.0 : 1.0 }
    let repeated = Matrix<Double>(rows: hinges, columns: direction.count) { _, j in direction[j] }
    let clips = Matrix<Double>(rows: 2 * positions, columns: hinges) { i, j in weights[i / 2][j] }
    return NetworkConstruction(
      method: .clippedSums,
      network: ReLUNetwork(layers: [
        denseLayer(
          repeated, .direction, biases: breakpoints.flatMap { [-$0.first, -$0.second] },
          .threshold),
        denseLayer(clips, .weight, biases: (0..<positions).flatMap { _ in [1.0, -1] }),
        denseLayer(
          Matrix(rows: 1, columns: 2 * positions, columnMajor: signs.flatMap { [$0, -$0] }),
          .outputWeight, biases: [1]),
      ]),
      interpolant: nil, storedNumbers: direction.count + hinges + positions * hinges,
      facts: [
        Fact("points a group", Double(positions)), Fact("groups", Double(groups.count)),
        Fact("steepest slope", crossings.joined().map(\.slope).max() ?? 0),
      ])
  }
}

/// The mean gap between neighbouring points; for one point its size, or 1.
private func typicalGap(_ points: [Double]) -> Double {
  guard let first = points.first, let last = points.last else { return 1 }
  return points.count > 1 ? (last - first) / Double(points.count - 1) : max(1, abs(first))
}

/// How φ_j runs through a group: a straight line given by a point, its value and its slope.
private struct Crossing {
  let point: Double
  let value: Double
  let slope: Double

  /// How far beyond -1 and 1 the line is at the neighbours, so that rounding cannot bring it back.
  private static let margin = 0.25

  init(_ points: [Double], _ targets: [Double], group: Range<Int>, position: Int) {
    let index = group.lowerBound + position
    guard index < group.upperBound else {
      point = points[group.upperBound - 1]
      value = -1 - Self.margin
      slope = 0
      return
    }
    let value = position.isMultiple(of: 2) ? -targets[index] : targets[index]
    var slope = 0.0
    if index > group.lowerBound {
      slope = max(slope, (1 + Self.margin + value) / (points[index] - points[index - 1]))
    }
    if index + 1 < group.upperBound {
      slope = max(slope, (1 + Self.margin - value) / (points[index + 1] - points[index]))
    }
    point = points[index]
    self.value = value
    self.slope = slope
  }
}

/// The weights of the hinges at the breakpoints, two a group, that make up φ_j.
private func hingeWeights(
  _ crossings: [Crossing], _ breakpoints: [(first: Double, second: Double)]
) -> [Double] {
  var weights: [Double] = []
  var (value, slope) = (DoubleDouble(0), DoubleDouble(0))
  var place = breakpoints.first?.first ?? 0
  for (line, breaks) in zip(crossings, breakpoints) {
    value = value + slope * .difference(breaks.first, place)
    // From the first breakpoint to where the line meets the second one.
    let run = DoubleDouble.difference(breaks.second, breaks.first)
    let rest = DoubleDouble.difference(line.point, breaks.second)
    let wanted = DoubleDouble(line.value) - DoubleDouble(line.slope) * rest
    let first = (wanted - value - slope * run).rounded / run.rounded
    slope = slope + first
    value = value + slope * run
    // From there to the line's point, whatever rounding did before.
    let second = (DoubleDouble(line.value) - value - slope * rest).rounded / rest.rounded
    slope = slope + second
    value = value + slope * rest
    place = line.point
    weights += [first, second]
  }
  return weights
}
