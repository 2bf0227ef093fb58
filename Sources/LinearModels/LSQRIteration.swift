import LinearAlgebra

/// The state of LSQR for some targets that share their passes over X.
///
/// Golub and Kahan: β u ← X v - α u, α v ← Xᵀu - β v. Here ũ = β u is kept by the caller, so one
/// pass gives both products. Paige and Saunders (1982), Section 4; the scalars have their names.
struct LSQRIteration<Scalar: LinearAlgebraScalar> {
  /// v of each target, d × k; 0 where the iteration ended.
  private(set) var right: Matrix<Scalar>
  /// w of each target, d × k.
  private(set) var weights: Matrix<Scalar>
  private var directions: Matrix<Scalar>
  private var targets: [Target]
  private let featureNorm: Double
  /// Each earlier v of each target, where they are kept.
  private var basis: [[[Scalar]]]
  private let reorthogonalizes: Bool

  private struct Target {
    var alpha: Double
    var beta: Double
    /// ‖y‖.
    let targetNorm: Double
    var rhoBar: Double
    var phiBar: Double
    var squaredInverseNorm = 0.0
    var iterations = 0
    var stop: IterationStop?
  }

  /// Starts from w = 0.
  ///
  /// - Parameters:
  ///   - firstProduct: XᵀY, d × k.
  ///   - targetNorms: ‖y‖ of each target.
  ///   - featureNorm: ‖X‖.
  ///   - reorthogonalizes: whether each v is made orthogonal to those before it.
  init(
    firstProduct: Matrix<Scalar>, targetNorms: [Double], featureNorm: Double,
    reorthogonalizes: Bool
  ) {
    let norms = firstProduct.squaredColumnNorms().map { $0.squareRoot() }
    targets = zip(norms, targetNorms).map { norm, beta in
      let alpha = norm == 0 ? 0 : norm / beta
      return Target(
        alpha: alpha, beta: beta, targetNorm: beta, rhoBar: alpha, phiBar: beta,
        stop: norm == 0 ? .zeroSolution : nil)
    }
    right = firstProduct
    right.scaleColumns(by: norms.map { $0 == 0 ? 0 : 1 / $0 })
    directions = right
    weights = Matrix(rows: firstProduct.rows, columns: firstProduct.columns)
    self.featureNorm = featureNorm
    self.reorthogonalizes = reorthogonalizes
    basis = [[[Scalar]]](repeating: [], count: targets.count)
    keepRight()
  }

  private mutating func keepRight() {
    guard reorthogonalizes else { return }
    for j in targets.indices where targets[j].stop == nil { basis[j].append(right.column(j)) }
  }

  /// Whether some target is not yet fitted.
  var isActive: Bool { targets.contains { $0.stop == nil } }

  /// What the caller's ũ are multiplied by before X v is added: -α/β, or 0 after the end.
  var leftScales: [Double] { targets.map { $0.stop == nil ? -$0.alpha / $0.beta : 0 } }

  /// Takes one step.
  ///
  /// - Parameters:
  ///   - product: Xᵀũ with ũ = X v - α u.
  ///   - leftNorms: ‖ũ‖ of each target.
  ///   - tolerance: τ.
  ///   - conditionLimit: the largest condition that is trusted.
  mutating func step(
    product: Matrix<Scalar>, leftNorms: [Double], tolerance: Double, conditionLimit: Double
  ) {
    let k = targets.count
    // v ← Xᵀu - β v for all targets at once.
    var next = product
    next.scaleColumns(by: leftNorms.map { $0 == 0 ? 0 : 1 / $0 })
    right.scaleColumns(by: leftNorms.map { -$0 })
    next.add(right)
    if reorthogonalizes {
      // Twice is enough (Kahan): the second round removes what rounding left of the first.
      for _ in 0..<2 { next.removeComponents(along: basis) }
    }
    let norms = next.squaredColumnNorms().map { $0.squareRoot() }
    next.scaleColumns(by: norms.map { $0 == 0 ? 0 : 1 / $0 })

    var lengths = [Double](repeating: 0, count: k)
    var turns = [Double](repeating: 0, count: k)
    let squaredDirections = directions.squaredColumnNorms()
    for j in 0..<k where targets[j].stop == nil {
      targets[j].beta = leftNorms[j]
      targets[j].alpha = norms[j]
      let (alpha, beta) = (targets[j].alpha, targets[j].beta)
      let rho = (targets[j].rhoBar * targets[j].rhoBar + beta * beta).squareRoot()
      let (c, s) = (targets[j].rhoBar / rho, beta / rho)
      let theta = s * alpha
      lengths[j] = c * targets[j].phiBar / rho
      turns[j] = -theta / rho
      targets[j].rhoBar = -c * alpha
      targets[j].phiBar *= s
      targets[j].squaredInverseNorm += squaredDirections[j] / (rho * rho)
      targets[j].iterations += 1
    }
    // w ← w + (φ/ρ) p and p ← v - (θ/ρ) p.
    var steps = directions
    steps.scaleColumns(by: lengths)
    weights.add(steps)
    directions.scaleColumns(by: turns)
    directions.add(next)
    right = next
    keepRight()
    end(tolerance: tolerance, conditionLimit: conditionLimit)
  }

  /// Ends the targets that meet a rule of Paige and Saunders (1982), Section 6.
  private mutating func end(tolerance: Double, conditionLimit: Double) {
    let weightNorms = weights.squaredColumnNorms().map { $0.squareRoot() }
    var factors = [Double](repeating: 1, count: targets.count)
    for j in targets.indices {
      if targets[j].stop == nil {
        let target = targets[j]
        // ‖Xᵀr‖ = φ̄ α |c|, and ρ̄ = -c α.
        let gradient = target.phiBar * abs(target.rhoBar)
        let scale = target.targetNorm + featureNorm * weightNorms[j]
        if target.phiBar <= tolerance * scale {
          targets[j].stop = .residual
        } else if gradient <= tolerance * featureNorm * target.phiBar {
          targets[j].stop = .gradient
        } else if conditionEstimate(of: target) >= conditionLimit {
          targets[j].stop = .conditionLimit
        }
      }
      if targets[j].stop != nil { factors[j] = 0 }
    }
    right.scaleColumns(by: factors)
    directions.scaleColumns(by: factors)
  }

  private func conditionEstimate(of target: Target) -> Double {
    featureNorm * target.squaredInverseNorm.squareRoot()
  }

  /// The evidence of one target, with norms that were measured.
  func evidence(
    of index: Int, residualNorm: Double, gradientNorm: Double
  ) -> IterationEvidence {
    IterationEvidence(
      stop: targets[index].stop ?? .iterationLimit, iterations: targets[index].iterations,
      residualNorm: residualNorm, gradientNorm: gradientNorm,
      conditionEstimate: conditionEstimate(of: targets[index]))
  }
}
