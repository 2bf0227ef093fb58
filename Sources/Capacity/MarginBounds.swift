internal import LinearAlgebra
internal import Networks
private import RealModule

/// A bound of the error by margins and norms, at the margin that serves it best.
public struct MarginBound: Sendable, Codable, Equatable {
  /// The bound, not cut at 1.
  public var value: Double
  /// γ, one of the powers of 2 that the bound holds for at once, times `unit`.
  public var margin: Double
  /// R̂_γ, the share of samples with a margin of at most γ.
  public var marginError: Double
  /// The term of the class's complexity.
  public var complexityTerm: Double
  /// The term of confidence.
  public var confidenceTerm: Double

  /// The smallest bound over margins γ = 2^m · unit, with a share of δ for each whole m.
  ///
  /// Margins that most of the sample does not reach are left aside: with R̂_γ = 1 the bound is a
  /// little above 1 whatever the network, and hides how far off it is.
  ///
  /// - Parameters:
  ///   - margins: of the sample.
  ///   - unit: what margins are measured in, positive.
  ///   - delta: δ.
  ///   - logShare: ln of the share of δ that is left by other choices.
  ///   - complexity: 2 R_n of the losses at γ.
  init(
    _ margins: Margins, unit: Double, delta: Double, logShare: Double = 0,
    complexity: (_ margin: Double) -> Double
  ) {
    var best: MarginBound?
    for m in -64...64 {
      let margin = unit * Double(sign: .plus, exponent: m, significand: 1)
      let error = margins.share(atMost: margin)
      if error > 0.5 && best != nil { break }
      let term = complexity(margin)
      let logTerm = Double.log(2 / delta) - logShare - Double.log(UnionShare.ofWhole(Double(m)))
      let confidence = 3 * (logTerm / (2 * Double(margins.count))).squareRoot()
      let bound = MarginBound(
        value: error + term + confidence, margin: margin, marginError: error,
        complexityTerm: term, confidenceTerm: confidence)
      if bound.value < best?.value ?? .infinity { best = bound }
    }
    self =
      best
      ?? MarginBound(
        value: .infinity, margin: unit, marginError: 1, complexityTerm: .infinity,
        confidenceTerm: 0)
  }

  private init(
    value: Double, margin: Double, marginError: Double, complexityTerm: Double,
    confidenceTerm: Double
  ) {
    self.value = value
    self.margin = margin
    self.marginError = marginError
    self.complexityTerm = complexityTerm
    self.confidenceTerm = confidenceTerm
  }
}

/// A chain of layers, measured for the bounds by spectral, group and path norms.
public struct ChainMeasures: Sendable {
  /// ‖A_i‖₂ of each augmented layer, with its residual.
  public let spectral: [LargestSingularValue]
  /// ‖A_iᵀ - M_iᵀ‖_{2,1} of each augmented layer, M_i its start.
  public let distances: [Double]
  /// ‖A_i‖_F of each augmented layer but the last, and of the last its largest row.
  public let frobenius: [Double]
  /// Π_i ρ_i over all layers.
  public let lipschitz: Double
  /// L.
  public let depth: Int
  /// W: the most inputs or outputs of a layer.
  public let width: Int
  /// Whether nothing but ReLU, dropout and flattening stands between the layers.
  public let isPlain: Bool
  /// Whether inputs carry a 1 for the biases.
  public let isAugmented: Bool

  /// Measures a chain.
  ///
  /// - Parameters:
  ///   - chain: the trained network.
  ///   - start: the network before training, fixed before the sample; nil for M_i = 0.
  ///   - tolerance: of the spectral norms' residuals, as a share of them.
  ///   - maximalSteps: products for each spectral norm.
  public init(
    _ chain: NetworkChain, start: NetworkChain? = nil, tolerance: Double = 1e-8,
    maximalSteps: Int = 100
  ) {
    precondition(start == nil || start?.depth == chain.depth, "the same network at its start")
    spectral = chain.links.map {
      LargestSingularValue(
        inputs: $0.layer.inputs, tolerance: tolerance, maximalSteps: maximalSteps,
        times: $0.layer.times, transposedTimes: $0.layer.transposedTimes)
    }
    distances = chain.links.indices.map { i in
      let layer = chain.links[i].layer
      guard let start else { return layer.rowNorms.reduce(0, +) }
      return layer.rowDistance(to: start.links[i].layer)
    }
    frobenius = chain.links.map { link in
      let rows = link.layer.rowNorms
      return link.layer.isLast ? rows.max() ?? 0 : euclideanNorm(rows)
    }
    lipschitz = chain.links.reduce(1) { $0 * $1.lipschitz }
    (depth, width) = (chain.depth, chain.width)
    (isPlain, isAugmented) = (chain.isPlain, chain.isAugmented)
  }

  /// Π_i ‖A_i‖₂ ρ_i: how far the network can enlarge a distance.
  public var lipschitzBound: Double { spectral.reduce(lipschitz) { $0 * $1.value } }

  /// R_A = Π_i ρ_i ‖A_i‖₂ · (Σ_i (‖A_iᵀ - M_iᵀ‖_{2,1} / ‖A_i‖₂)^{2/3})^{3/2}.
  ///
  /// Source: Bartlett, Foster, Telgarsky, "Spectrally-normalized margin bounds for neural networks"
  /// (NeurIPS 2017).
  public var spectralComplexity: Double {
    Self.spectralComplexity(spectral.map(\.value), distances, lipschitz: lipschitz)
  }

  private static func spectralComplexity(
    _ spectral: [Double], _ distances: [Double], lipschitz: Double
  ) -> Double {
    let sum = zip(spectral, distances).reduce(0) {
      // Of two whole numbers the quotient would be 0.
      $0 + ($1.1 == 0 ? 0 : Double.pow($1.1 / $1.0, 2.0 / 3))
    }
    return spectral.reduce(lipschitz, *) * Double.pow(sum, 1.5)
  }

  /// Π_i ‖A_i‖_F, the last layer by its largest row: what bounds by group norms speak of.
  public var frobeniusProduct: Double { frobenius.reduce(1, *) }

  /// The spectral-margin bound, with the constants of its proof.
  ///
  /// For norms below s_i and distances below b_i, and a margin γ, all fixed, the losses' covering
  /// number has ln N(ε) ≤ (√R / ε)² with √R = (2/γ) ‖X‖_F √(ln 2W²) Π s_i ρ_i (Σ (b_i/s_i)^{2/3})^{3/2}
  /// (Theorem 3.3, a margin being 2-Lipschitz). Dudley's integral (Lemma A.5) at its best α gives
  /// R_n ≤ (12 √R / n)(1 + ln(n / (3 √R))), and Lemma 3.1 the bound R̂_γ + 2 R_n + 3 √(ln(2/δ) / 2n).
  /// Norms and distances are then rounded up to k / L and margins to powers of 2, each k with the
  /// share 1 / (k (k + 1)) of δ, so that the bound holds for all networks at once. Theorem 3.3 is
  /// taken as it is stated. A spectral norm is known to its residual, which is added to it.
  ///
  /// - Parameters:
  ///   - margins: of the sample.
  ///   - inputNorm: √(Σ_i ‖x_i‖²) of the sample's inputs, without the 1 of biases.
  ///   - delta: δ.
  /// - Returns: the bound, not cut at 1.
  ///
  /// Source: Bartlett, Foster, Telgarsky (2017), Theorem 1.1, with Theorem 3.3, Lemmas 3.1 and A.5.
  public func spectralMarginBound(
    margins: Margins, inputNorm: Double, delta: Double
  ) -> MarginBound {
    let layers = Double(depth)
    func steps(_ x: Double) -> Double { (layers * x).rounded(.down) + 1 }
    let (norms, distances) = (spectral.map { steps($0.value + $0.residual) }, distances.map(steps))
    let logShare = (norms + distances).reduce(0) { $0 + Double.log(UnionShare.ofPositive($1)) }
    let complexity = Self.spectralComplexity(
      norms.map { $0 / layers }, distances.map { $0 / layers }, lipschitz: lipschitz)
    let n = Double(margins.count)
    let samples = augmented(inputNorm, n)
    let width = Double(width)
    let root = 2 * samples * Double.log(2 * width * width).squareRoot() * complexity
    return MarginBound(margins, unit: 1, delta: delta, logShare: logShare) { margin in
      2 * Self.dudley(root: root / margin, samples: n)
    }
  }

  /// inf_α (4α/√n + (12/n) ∫_α^{√n} (√R / ε) dε); where α would pass √n no more than its 12 √R / n.
  static func dudley(root: Double, samples n: Double) -> Double {
    12 * root / n * (1 + max(0, Double.log(n / (3 * root))))
  }

  /// The bound by the product of Frobenius norms, Π ‖A_i‖_F times 2^{L-1} or √(2 L ln 2) + 1.
  ///
  /// The outputs' class has R_n ≤ factor · Π ‖A_i‖_F · ‖X‖_F / n. As the class of product 1 is all
  /// others scaled, one union over powers of 2 of γ / Π ‖A_i‖_F serves all networks. nil where
  /// pooling stands between the layers, of which the theorems do not speak.
  ///
  /// - Parameters:
  ///   - peeling: which theorem.
  ///   - margins: of the sample.
  ///   - inputNorm: √(Σ_i ‖x_i‖²) of the sample's inputs, without the 1 of biases.
  ///   - classes: C.
  ///   - delta: δ.
  /// - Returns: the bound, not cut at 1.
  public func frobeniusMarginBound(
    _ peeling: Peeling, margins: Margins, inputNorm: Double, classes: Int, delta: Double
  ) -> MarginBound? {
    guard isPlain && frobeniusProduct > 0 else { return nil }
    let n = Double(margins.count)
    let unit = peeling.factor(layers: depth) * augmented(inputNorm, n) / n
    let product = frobeniusProduct
    return MarginBound(margins, unit: product, delta: delta) { margin in
      4 * Double(classes) * unit * product / margin
    }
  }

  private func augmented(_ inputNorm: Double, _ n: Double) -> Double {
    isAugmented ? (inputNorm * inputNorm + n).squareRoot() : inputNorm
  }
}

/// How the layers of a norm-bounded network are taken off one by one.
public enum Peeling: Sendable {
  /// A factor 2 for each hidden layer.
  ///
  /// Source: Neyshabur, Tomioka, Srebro (COLT 2015), Theorem 1 with p = q = 2.
  case exponential
  /// √(2 L ln 2) + 1 for all layers.
  ///
  /// Source: Golowich, Rakhlin, Shamir, "Size-independent sample complexity of neural networks"
  /// (COLT 2018), Theorem 1.
  case logarithmic

  /// The factor for L layers.
  func factor(layers: Int) -> Double {
    switch self {
    case .exponential: Double(sign: .plus, exponent: max(0, layers - 1), significand: 1)
    case .logarithmic: (2 * Double.log(2) * Double(layers)).squareRoot() + 1
    }
  }
}

extension PathNorm {
  /// The margin bound by the path norm φ₁ of each output.
  ///
  /// Outputs with φ₁ ≤ φ have R_n ≤ 2^{L-1} φ max_j √(Σ_i x_ij²) √(2 ln 2D) / n: each hidden layer
  /// costs a factor 2, the inputs' ball of absolute sum 1 Massart's lemma. A bias is a weight of an
  /// input that is always 1, so that D counts one more. One union over powers of 2 of γ / φ serves
  /// all networks.
  ///
  /// - Parameters:
  ///   - margins: of the sample.
  ///   - largestColumnNorm: max_j √(Σ_i x_ij²) over the inputs' coordinates.
  ///   - inputs: d.
  ///   - layers: L, of a network of layers and ReLU alone.
  ///   - hasBias: whether some layer has a bias.
  ///   - delta: δ.
  /// - Returns: the bound, not cut at 1; nil unless this is φ₁ and positive.
  ///
  /// Source: Neyshabur, Tomioka, Srebro (COLT 2015), Theorem 1 with p = 1 and q = ∞, and its section
  /// 4.
  public func marginBound(
    margins: Margins, largestColumnNorm: Double, inputs: Int, layers: Int, hasBias: Bool,
    delta: Double
  ) -> MarginBound? {
    guard exponent == 1, let largest = outputs.max(), largest > 0 else { return nil }
    let n = Double(margins.count)
    let column = hasBias ? max(largestColumnNorm, n.squareRoot()) : largestColumnNorm
    let dimension = Double(hasBias ? inputs + 1 : inputs)
    let unit =
      Peeling.exponential.factor(layers: layers) * column
      * (2 * Double.log(2 * dimension)).squareRoot() / n
    return MarginBound(margins, unit: largest, delta: delta) { margin in
      4 * Double(outputs.count) * unit * largest / margin
    }
  }
}
