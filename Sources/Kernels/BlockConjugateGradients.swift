import LinearAlgebra

/// Preconditioned block conjugate gradients: all right-hand sides share their directions.
///
/// Each step takes the best point of the span of all directions, so none takes more steps than it
/// would alone, and most fewer. Source: O'Leary, "The block conjugate gradient algorithm and related
/// methods" (1980).
struct BlockConjugateGradients<Scalar: LinearAlgebraScalar>: ResidualIteration {
  private let product: (Matrix<Scalar>) -> Matrix<Scalar>
  private let preconditioner: (Matrix<Double>) -> Matrix<Double>
  private(set) var solution: Matrix<Double>
  private var rest: Matrix<Double>
  private var direction: Matrix<Scalar>

  /// Begins at X = 0.
  ///
  /// - Parameters:
  ///   - rightHandSides: B of A X = B, n × k.
  ///   - product: A times a matrix, in the precision that products are wanted in.
  ///   - preconditioner: about A⁻¹ times a matrix.
  init(
    _ rightHandSides: Matrix<Double>, product: @escaping (Matrix<Scalar>) -> Matrix<Scalar>,
    preconditioner: @escaping (Matrix<Double>) -> Matrix<Double>
  ) {
    self.product = product
    self.preconditioner = preconditioner
    rest = rightHandSides
    solution = Matrix(rows: rest.rows, columns: rest.columns)
    direction = preconditioner(rest).converted(to: Scalar.self)
  }

  var residual: Matrix<Double>? { rest }
  var residualNorm: Double { rest.frobeniusNorm }

  /// One step; returns whether there was a direction to take.
  mutating func advance() -> Bool {
    let image = product(direction).converted(to: Double.self)
    let wide = direction.converted(to: Double.self)
    let curvature = wide.times(image, transposingSelf: true)
    // Of the k directions those count that rounding does not make of the others.
    guard let inverse = curvature.inverseOnItsRange(threshold: 16 * Double(Scalar.ulpOfOne))
    else { return false }
    let steps = inverse * wide.times(rest, transposingSelf: true)
    solution.addProduct(of: wide, steps)
    rest.addProduct(of: image, steps, scaledBy: -1)
    // Made conjugate to the last directions as they are, which forgives a preconditioner that
    // rounding makes uneven.
    var next = preconditioner(rest)
    let turns = inverse * image.times(next, transposingSelf: true)
    next.addProduct(of: wide, turns, scaledBy: -1)
    direction = next.converted(to: Scalar.self)
    return true
  }
}

extension Matrix<Double> {
  /// The inverse of a positive semidefinite matrix, once its diagonal is scaled to 1, on the span of
  /// its eigenvectors with values above a share of the largest; nil where there are none.
  fileprivate func inverseOnItsRange(threshold: Double) -> Matrix? {
    let scales = (0..<rows).map { self[$0, $0] > 0 ? 1 / self[$0, $0].squareRoot() : 0 }
    let scaled = Matrix(rows: rows, columns: columns) { i, j in
      (self[i, j] + self[j, i]) / 2 * scales[i] * scales[j]
    }
    guard let eigen = try? SymmetricEigen(of: scaled), let largest = eigen.values.last, largest > 0
    else { return nil }
    let inverses = eigen.values.map { $0 > threshold * largest ? 1 / $0 : 0 }
    let left = Matrix(rows: rows, columns: columns) { i, j in
      scales[i] * eigen.vectors[i, j] * inverses[j]
    }
    let right = Matrix(rows: rows, columns: columns) { i, j in scales[i] * eigen.vectors[i, j] }
    return left.times(right, transposingOther: true)
  }
}
