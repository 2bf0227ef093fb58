public import LinearAlgebra
private import RandomStreams
private import RealModule

/// The Gaussian kernel k(x, z) = exp(-γ‖x - z‖²).
public struct GaussianKernel: Kernel, Hashable {
  /// γ > 0, in units of 1 / ‖x‖².
  public let gamma: Double

  /// Creates a kernel.
  ///
  /// - Parameter gamma: γ, positive and finite.
  public init(gamma: Double) {
    precondition(gamma > 0 && gamma.isFinite, "a Gaussian kernel wants a positive gamma")
    self.gamma = gamma
  }

  /// The kernel with γ = 1 / median ‖x - x'‖² over random pairs of samples.
  ///
  /// - Parameters:
  ///   - samples: X, n × d, one row a sample.
  ///   - pairs: how many pairs to draw, at least 1.
  ///   - seed: names the draw.
  /// - Returns: the kernel; γ = 1 where there are no two samples, and where the median has no
  ///   positive finite inverse, as 0 has none.
  public static func medianHeuristic<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, pairs: Int = 1000, seed: UInt64
  ) -> GaussianKernel {
    precondition(pairs >= 1, "a median is that of a pair at least")
    let n = samples.rows
    if n < 2 { return GaussianKernel(gamma: 1) }
    var stream = RandomStream(seed: seed, purpose: "median heuristic")
    let distances = (0..<pairs).map { _ in
      let first = stream.integer(below: n)
      let second = (first + 1 + stream.integer(below: n - 1)) % n
      return (0..<samples.columns).reduce(0.0) { sum, j in
        let difference = Double(samples[first, j] - samples[second, j])
        return sum + difference * difference
      }
    }
    let gamma = 1 / distances.sorted()[pairs / 2]
    return GaussianKernel(gamma: gamma > 0 && gamma.isFinite ? gamma : 1)
  }

  /// Turns a column of inner products into kernel values.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    let gamma = Scalar(gamma)
    for i in values.indices {
      // Rounding may leave a tiny negative distance between equal inputs. The order of max's
      // arguments lets a NaN through.
      let squaredDistance = max(squaredNorms[i] + squaredNorm - 2 * values[i], 0)
      values[i] = .exp(-gamma * squaredDistance)
    }
  }

  /// The value k(x, x) = 1.
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar { 1 }

  /// The kernel with its parameter.
  public var description: String { "Gaussian, gamma \(gamma)" }
}
