public import LinearAlgebra
private import RandomStreams
private import RealModule

/// Random features φ(x) ∈ ℝᴺ whose inner products approach a kernel as N grows.
///
/// - Rectified: φ_j(x) = √(2/N) max(⟨w_j, x⟩, 0), w_j ~ N(0, I/d); the limit is the arc-cosine
///   kernel of order 1, ‖x‖‖z‖ (sin θ + (π - θ) cos θ) / (π d) with θ the angle of x and z.
/// - Fourier: φ_j(x) = √(2/N) cos(⟨w_j, x⟩ + b_j), w_j ~ N(0, 2γ I), b_j uniform on a turn; the
///   limit is the Gaussian kernel exp(-γ‖x - z‖²).
///
/// Feature j is named by the seed, the draw and j, so that fewer features are the first of more.
///
/// Source: Rahimi, Recht, "Random features for large-scale kernel machines" (NeurIPS 2007); Cho,
/// Saul, "Kernel methods for deep learning" (NeurIPS 2009).
public struct RandomFeatures: Sendable, Hashable {
  /// Which function of a random projection.
  public enum Kind: Sendable, Hashable {
    /// max(⟨w, x⟩, 0).
    case rectified
    /// cos(⟨w, x⟩ + b) for the Gaussian kernel with this γ > 0.
    case fourier(gamma: Double)

    /// The name, as on the command line.
    public var name: String {
      switch self {
      case .rectified: "relu"
      case .fourier: "fourier"
      }
    }
  }

  /// Which function.
  public let kind: Kind
  /// N, at least 1.
  public let count: Int
  /// Names all draws.
  public let seed: UInt64
  /// Which of the independent draws of this seed.
  public let draw: Int

  /// Creates a map.
  ///
  /// - Parameters:
  ///   - kind: which function.
  ///   - count: N, at least 1.
  ///   - seed: names all draws.
  ///   - draw: which of the independent draws of this seed.
  public init(_ kind: Kind, count: Int, seed: UInt64, draw: Int = 0) {
    precondition(count >= 1, "at least one feature")
    if case .fourier(let gamma) = kind {
      precondition(gamma > 0 && gamma.isFinite, "a Gaussian kernel wants a positive gamma")
    }
    self.kind = kind
    self.count = count
    self.seed = seed
    self.draw = draw
  }

  /// The features of some samples.
  ///
  /// - Parameter samples: X, n × d, one row a sample.
  /// - Returns: n × N, one row a sample.
  /// - Complexity: O(n d N).
  public func callAsFunction<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    let d = samples.columns
    let deviation: Double =
      switch kind {
      case .rectified: (1 / Double(max(d, 1))).squareRoot()
      case .fourier(let gamma): (2 * gamma).squareRoot()
      }
    var weights: [Scalar] = []
    weights.reserveCapacity(d * count)
    var phases: [Scalar] = []
    for feature in 0..<count {
      var stream = RandomStream(seed: seed, purpose: "random features", indices: draw, feature)
      for _ in 0..<d { weights.append(Scalar(deviation * stream.normal())) }
      phases.append(Scalar(2 * Double.pi * stream.uniform()))
    }
    var result = samples * Matrix(rows: d, columns: count, columnMajor: weights)
    apply(to: &result, phases: phases)
    return result
  }

  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  private func apply<Scalar: LinearAlgebraScalar>(
    to projections: inout Matrix<Scalar>, phases: [Scalar]
  ) {
    let rows = projections.rows
    let scale = Scalar((2 / Double(count)).squareRoot())
    projections.withUnsafeMutableElements { values in
      for (feature, phase) in phases.enumerated() {
        for i in feature * rows..<(feature + 1) * rows {
          switch kind {
          case .rectified: values[i] = scale * max(values[i], 0)
          case .fourier: values[i] = scale * .cos(values[i] + phase)
          }
        }
      }
    }
  }
}
