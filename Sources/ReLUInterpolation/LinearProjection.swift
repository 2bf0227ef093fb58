import ExactArithmetic
import LinearAlgebra
private import RealModule

/// The projections of some samples, and the samples in their order.
struct LinearProjection<Field: OrderedField> {
  /// The projections, in the order of the samples.
  let values: [Field]
  /// The samples by increasing projection; of equal ones the first sample comes first, so that
  /// merging keeps it.
  let order: [Int]

  /// Sorts projections.
  ///
  /// - Parameter values: one for each sample.
  /// - Throws: ``InterpolationError/projectionOverflow(sample:)`` where one of them, or the
  ///   distance of two of them, is no finite double.
  init(_ values: [Field]) throws(InterpolationError) {
    if let sample = firstOutsideField(values) { throw .projectionOverflow(sample: sample) }
    let order = sortedIndices(values)
    if let first = order.first, let last = order.last, !(values[last] - values[first]).isInField {
      throw .projectionOverflow(sample: last)
    }
    self.values = values
    self.order = order
  }

  enum Outcome {
    case distinct([Int])
    case clash(Int, Int)
  }

  /// One sample for each projection, or two different samples that share one.
  func representatives<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, _ targets: Matrix<Double>
  ) throws(InterpolationError) -> Outcome {
    var kept: [Int] = []
    kept.reserveCapacity(order.count)
    for index in order {
      guard let last = kept.last, values[last] == values[index] else {
        kept.append(index)
        continue
      }
      for j in 0..<samples.columns where samples[last, j] != samples[index, j] {
        return .clash(last, index)
      }
      for j in 0..<targets.columns where targets[last, j] != targets[index, j] {
        throw .conflictingDuplicates(first: last, second: index)
      }
    }
    return .distinct(kept)
  }

  /// The neighbours at the smallest distance, and that distance as a fraction of the range.
  ///
  /// - Parameter indices: samples of different projections, in their order.
  /// - Returns: the pair, the first of equals, and the fraction; 1 for fewer than two samples.
  func smallestGap(among indices: [Int]) -> (first: Int, second: Int, relative: Double) {
    let points = indices.map { values[$0] }
    guard let first = points.first, let last = points.last, points.count > 1 else {
      return (indices.first ?? 0, indices.first ?? 0, 1)
    }
    let place = placeOfSmallestGap(points)
    let gap = points[place + 1] - points[place]
    return (indices[place], indices[place + 1], (gap / (last - first)).nearestDouble)
  }
}

@specialized(where Field == Double)
private func firstOutsideField<Field: OrderedField>(_ values: [Field]) -> Int? {
  values.firstIndex { !$0.isInField }
}

@specialized(where Field == Double)
private func sortedIndices<Field: OrderedField>(_ values: [Field]) -> [Int] {
  values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
}

@specialized(where Field == Double)
private func placeOfSmallestGap<Field: OrderedField>(_ points: [Field]) -> Int {
  var (place, smallest) = (0, points[1] - points[0])
  for i in 1..<points.count - 1 where points[i + 1] - points[i] < smallest {
    (place, smallest) = (i, points[i + 1] - points[i])
  }
  return place
}
