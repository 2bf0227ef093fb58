public import LinearAlgebra
private import RandomStreams

/// A kernel of the distance ‖x - z‖ alone, with a scale on which it falls.
///
/// Distances come from ‖x‖² + ‖z‖² - 2⟨x, z⟩, whose rounding is that of ‖x‖² + ‖z‖². A kernel
/// that is smooth in ‖x - z‖² inherits that error; one that has a kink where inputs coincide, its
/// square root: centre the inputs, and use `Double`, where they nearly coincide.
public protocol RadialKernel: Kernel {
  /// s², where s is the scale: γ = 1/s² in exp(-γ‖x - z‖²), γ = 1/s in exp(-γ‖x - z‖), and the
  /// length scale of a Matérn kernel.
  var squaredScale: Double { get }

  /// The kernel of the same kind with another scale.
  ///
  /// - Parameter squaredScale: s², with s² and 1/s² positive and finite.
  /// - Returns: the kernel.
  func with(squaredScale: Double) -> Self
}

extension RadialKernel {
  /// The kernel of the same kind, its scale the median distance of random pairs of samples.
  ///
  /// - Parameters:
  ///   - samples: X, n × d, one row a sample.
  ///   - pairs: how many pairs to draw, at least 1.
  ///   - seed: names the draw, which does not depend on the kernel.
  /// - Returns: the kernel; the scale is 1 where there are no two samples, and where the median
  ///   of the squared distances has no positive finite inverse, as 0 has none.
  /// - Complexity: O(pairs · d).
  public func scaledToMedianDistance<Scalar: LinearAlgebraScalar>(
    of samples: Matrix<Scalar>, pairs: Int = 1000, seed: UInt64
  ) -> Self {
    with(squaredScale: medianSquaredDistance(of: samples, pairs: pairs, seed: seed) ?? 1)
  }
}

/// Stops the program where a scale or its inverse is not positive and finite.
func checkScale(_ value: Double, _ name: String) {
  precondition(value > 0 && value.isFinite, "a kernel wants a positive finite \(name)")
}

/// The median of ‖x - x'‖² over random pairs of samples, where its inverse is positive and finite.
@specialized(where Scalar == Double)
@specialized(where Scalar == Float)
private func medianSquaredDistance<Scalar: LinearAlgebraScalar>(
  of samples: Matrix<Scalar>, pairs: Int, seed: UInt64
) -> Double? {
  precondition(pairs >= 1, "a median is that of a pair at least")
  let n = samples.rows
  if n < 2 { return nil }
  var stream = RandomStream(seed: seed, purpose: "median heuristic")
  let distances = (0..<pairs).map { _ in
    let first = stream.integer(below: n)
    let second = (first + 1 + stream.integer(below: n - 1)) % n
    return (0..<samples.columns).reduce(0.0) { sum, j in
      let difference = Double(samples[first, j] - samples[second, j])
      return sum + difference * difference
    }
  }
  let median = distances.sorted()[pairs / 2]
  return 1 / median > 0 && (1 / median).isFinite ? median : nil
}
