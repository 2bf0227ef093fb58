private import ExactArithmetic
internal import LinearAlgebra

extension Matrix<Double> {
  /// Whether all entries are finite numbers.
  var isFinite: Bool { elements.allSatisfy(\.isFinite) }

  /// Half the smallest distance between two different entries of one column, rounded down, and at
  /// most 1/2 where all entries are integers; infinite where no column has different entries.
  var recoveryRadius: Double {
    // Different integers are at least 1 apart.
    if elements.allSatisfy({ $0 == $0.rounded() }) { return 0.5 }
    var radius = Double.infinity
    for column in 0..<columns {
      let sorted = self.column(column).sorted()
      for (a, b) in zip(sorted, sorted.dropFirst()) where a < b {
        radius = Swift.min(radius, halfDistance(a, b))
      }
    }
    return radius
  }
}

/// (b - a) / 2 for a < b, rounded down.
private func halfDistance(_ a: Double, _ b: Double) -> Double {
  let distance = DoubleDouble.difference(b, a)
  // Beyond the largest double the halves are subtracted; halving rounds only what is negligible.
  guard distance.head.isFinite else { return (b / 2 - a / 2).nextDown }
  let lower = distance.tail < 0 ? distance.head.nextDown : distance.head
  // The least double has no half.
  return 2 * (lower / 2) > lower ? (lower / 2).nextDown : lower / 2
}
