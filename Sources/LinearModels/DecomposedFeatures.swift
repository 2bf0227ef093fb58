import LinearAlgebra

/// X = U diag(σ) Vᵀ with the singular values that count, U perhaps not formed.
struct DecomposedFeatures<Scalar: LinearAlgebraScalar> {
  /// σ, from the largest; r of them.
  let values: [Scalar]
  /// V, d × r.
  let right: Matrix<Scalar>
  let relativeCutOff: Double
  let testRatio: Double
  /// What gives U: U itself, or X and V diag(1/σ).
  private let source: Source
  /// The distance of a row of U from length 1 that rounding alone explains.
  let roundingOfLengths: Double

  private enum Source {
    case left(Matrix<Scalar>)
    case product(Matrix<Scalar>, Matrix<Scalar>)
  }

  /// Decomposes X by its singular values.
  init(
    singularValuesOf features: Matrix<Scalar>, relativeCutOff: Double?
  ) throws(LinearModelError) {
    let size = Double(max(features.rows, features.columns))
    let unit = size * Double(Scalar.ulpOfOne)
    let cutOff = relativeCutOff ?? unit
    let svd = try solving { () throws(LinearAlgebraError) in
      try SingularValueDecomposition(of: features)
    }
    let least = cutOff * (svd.values.first?.asDouble ?? 0)
    values = svd.values.filter { $0.asDouble > least }
    right = svd.rightTransposed.transposed().columns(0..<values.count)
    self.relativeCutOff = cutOff
    testRatio = svd.testRatio
    source = .left(svd.left.columns(0..<values.count))
    roundingOfLengths = 8 * unit
  }

  /// Decomposes XᵀX by its eigenvalues.
  init(
    gramEigenvaluesOf features: Matrix<Scalar>, relativeCutOff: Double?
  ) throws(LinearModelError) {
    let size = Double(max(features.rows, features.columns))
    let unit = size * Double(Scalar.ulpOfOne)
    let cutOff = relativeCutOff ?? unit.squareRoot()
    let eigen = try solving { () throws(LinearAlgebraError) in
      try SymmetricEigen(of: features.lowerTimesOwnTranspose(transposingSelf: true))
    }
    let least = cutOff * cutOff * (eigen.values.last?.asDouble ?? 0)
    let kept = eigen.values.indices.reversed().filter {
      eigen.values[$0].asDouble > max(0, least)
    }
    values = kept.map { eigen.values[$0].squareRoot() }
    right = eigen.vectors.columns(at: kept)
    self.relativeCutOff = cutOff
    testRatio = eigen.testRatio
    var scaled = right
    scaled.scaleColumns(by: values.map { 1 / $0.asDouble })
    source = .product(features, scaled)
    roundingOfLengths = 8 * unit
  }

  /// The number of samples n.
  var rows: Int {
    switch source {
    case .left(let left): left.rows
    case .product(let features, _): features.rows
    }
  }

  /// UᵀY.
  func project(_ targets: Matrix<Scalar>) -> Matrix<Scalar> {
    switch source {
    case .left(let left): left.times(targets, transposingSelf: true)
    case .product(let features, let scaled):
      scaled.times(features.times(targets, transposingSelf: true), transposingSelf: true)
    }
  }

  /// Some rows of U.
  func left(_ range: Range<Int>) -> Matrix<Scalar> {
    switch source {
    case .left(let left): left.rows(range)
    case .product(let features, let scaled): features.rows(range) * scaled
    }
  }

  /// The sum of a function of σ².
  func sum(_ function: (_ squared: Double) -> Double) -> Double {
    values.reduce(0) { $0 + function($1.asDouble * $1.asDouble) }
  }
}
