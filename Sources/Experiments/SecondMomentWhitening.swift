import LinearAlgebra

/// A linear map of inputs that evens out the second moments of some reference inputs.
///
/// T = (Rᵀ R / m + ε I)^(-1/2) with the m reference inputs as rows of R; symmetric and invertible.
/// A linear function ⟨w, T x⟩ of the whitened input is the function ⟨T w, x⟩ of the input.
struct SecondMomentWhitening {
  /// Orthonormal directions V, d × r.
  private let directions: Matrix<Double>
  /// √(ε / (λ + ε)) - 1 for the second moment λ along each direction.
  private let changes: [Double]
  private let scale: Double

  /// Finds the second moments by singular values.
  ///
  /// - Parameters:
  ///   - reference: R, m × d with m ≥ 1, finite.
  ///   - regularizer: ε > 0, in units of the squared inputs.
  /// - Throws: `LinearAlgebraError` for an entry that is no number, or no convergence.
  /// - Complexity: O(m d min(m, d)).
  init(reference: Matrix<Double>, regularizer: Double) throws(LinearAlgebraError) {
    precondition(reference.rows >= 1 && regularizer > 0, "a reference and a positive regulariser")
    let decomposition = try SingularValueDecomposition(of: reference)
    directions = decomposition.rightTransposed.transposed()
    changes = decomposition.values.map {
      (regularizer / ($0 * $0 / Double(reference.rows) + regularizer)).squareRoot() - 1
    }
    scale = 1 / regularizer.squareRoot()
  }

  /// T applied to each row of inputs.
  ///
  /// - Parameter inputs: n × d.
  /// - Returns: n × d.
  /// - Complexity: O(n d r).
  func callAsFunction(_ inputs: Matrix<Double>) -> Matrix<Double> {
    let coordinates = inputs * directions
    let changed = Matrix(rows: coordinates.rows, columns: coordinates.columns) {
      coordinates[$0, $1] * changes[$1]
    }
    var result = inputs
    result.addProduct(of: changed, directions, transposingSecond: true)
    return result.map { $0 * scale }
  }

  /// T applied to each column of weights.
  ///
  /// - Parameter weights: d × k, of whitened inputs.
  /// - Returns: T W, the weights of the same functions of the inputs.
  func inputWeights(_ weights: Matrix<Double>) -> Matrix<Double> {
    self(weights.transposed()).transposed()
  }
}
