import ExactArithmetic
import LinearAlgebra
import ReLUNetworks
private import RealModule

/// The different projections of a sample in increasing order, each with one sample that has it.
struct DistinctProjections<Field: OrderedField> {
  /// The projections, strictly increasing.
  let points: [Field]
  /// The first sample with each of them.
  let representatives: [Int]

  /// What equal projections turned out to be.
  enum Outcome {
    /// Equal samples with equal targets, of which the first one is kept.
    case distinct(DistinctProjections)
    /// Two different samples.
    case clash(Int, Int)
  }

  /// Keeps the first of the samples that share a projection.
  ///
  /// - Parameters:
  ///   - values: all projections, increasing.
  ///   - order: the sample of each; of equal projections the first sample comes first.
  ///   - samples: the samples, looked at only where projections are equal.
  ///   - targets: Y, n × C.
  /// - Returns: the different projections, or two different samples that share one.
  /// - Throws: ``InterpolationError/conflictingDuplicates(first:second:)`` where two samples are
  ///   equal and their targets are not.
  static func merging(
    _ values: [Field], order: [UInt32], of samples: some SampleSource, targets: Matrix<Double>
  ) throws(InterpolationError) -> Outcome {
    let ties = rangesOfEquals(values)
    for tie in ties {
      let first = Int(order[tie.lowerBound])
      for position in tie.dropFirst() {
        let second = Int(order[position])
        if !samples.areEqual(first, second) { return .clash(first, second) }
        for output in 0..<targets.columns where targets[first, output] != targets[second, output] {
          throw .conflictingDuplicates(first: first, second: second)
        }
      }
    }
    if ties.isEmpty {
      return .distinct(
        DistinctProjections(points: values, representatives: order.map(Int.init)))
    }
    var (points, representatives) = ([Field](), [Int]())
    var next = 0
    for tie in ties + [values.count..<values.count] {
      let kept = next..<min(tie.lowerBound + 1, values.count)
      points += values[kept]
      representatives += order[kept].lazy.map(Int.init)
      next = tie.upperBound
    }
    return .distinct(DistinctProjections(points: points, representatives: representatives))
  }

  /// The neighbours at the smallest distance, and that distance as a fraction of the range.
  ///
  /// The pair is the first of equals; the fraction is 1 for fewer than two samples.
  var smallestGap: (first: Int, second: Int, relative: Double) {
    guard let first = points.first, let last = points.last, points.count > 1 else {
      return (representatives.first ?? 0, representatives.first ?? 0, 1)
    }
    let place = placeOfSmallestGap(points)
    let gap = points[place + 1] - points[place]
    return (
      representatives[place], representatives[place + 1], (gap / (last - first)).nearestDouble
    )
  }
}

/// The ranges of two or more equal values among increasing ones.
@specialized(where Field == Double)
private func rangesOfEquals<Field: OrderedField>(_ values: [Field]) -> [Range<Int>] {
  var ranges: [Range<Int>] = []
  var first = 0
  for position in values.indices.dropFirst() where values[position] != values[first] {
    if position - first > 1 { ranges.append(first..<position) }
    first = position
  }
  if values.count - first > 1 { ranges.append(first..<values.count) }
  return ranges
}

@specialized(where Field == Double)
private func placeOfSmallestGap<Field: OrderedField>(_ points: [Field]) -> Int {
  var (place, smallest) = (0, points[1] - points[0])
  for i in 1..<points.count - 1 where points[i + 1] - points[i] < smallest {
    (place, smallest) = (i, points[i + 1] - points[i])
  }
  return place
}
