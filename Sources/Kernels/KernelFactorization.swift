public import LinearAlgebra

/// The factorisation of K + λI, made panel by panel: it can be stopped, stored and resumed.
///
/// K_ij = k(x_i, x_j) exists only in panels, each made when it is factored.
public struct KernelFactorization<K: Kernel>: Sendable {
  /// The factor as far as it is made.
  public enum Factor: Sendable {
    /// In `Double`.
    case double(PanelCholesky<Double>)
    /// In `Float`.
    case single(PanelCholesky<Float>)
  }

  /// The kernel k.
  public let kernel: K
  /// The samples X, n × d, one row a sample.
  public let samples: Matrix<Double>
  /// The ridge λ.
  public let ridge: Double
  // One of the two is there. They stand apart because a payload of an enumeration cannot grow in
  // place: each panel would be copied.
  private var doublePanels: PanelCholesky<Double>?
  private var singlePanels: PanelCholesky<Float>?
  let inputs: KernelInputs<Double>
  /// The samples in the factor's precision, where that is `Float`.
  private let singleInputs: KernelInputs<Float>?

  /// Begins or resumes a factorisation.
  ///
  /// - Parameters:
  ///   - kernel: k.
  ///   - samples: X, n × d with n ≥ 1, finite, one row a sample.
  ///   - ridge: λ, finite and 0 or larger.
  ///   - precision: of the factor.
  ///   - panelWidth: the columns of a panel, at least 1; nil for a width that makes fast products.
  ///   - resuming: what ``factor`` of the stopped factorisation was, of the same kernel, samples,
  ///     ridge and precision; nil to begin.
  /// - Throws: ``KernelError/noSamples``, ``KernelError/ridgeOutOfRange(_:)``,
  ///   ``KernelError/linearAlgebra(_:)`` for an entry that is no number.
  public init(
    kernel: K, samples: Matrix<Double>, ridge: Double = 0, precision: KernelPrecision = .double,
    panelWidth: Int? = nil, resuming: Factor? = nil
  ) throws(KernelError) {
    try checkKernelProblem(samples, ridge: ridge)
    self.kernel = kernel
    self.samples = samples
    self.ridge = ridge
    inputs = KernelInputs(samples)
    let (n, width) = (samples.rows, panelWidth ?? KernelBlocks.panelWidth)
    if precision == .double {
      doublePanels = PanelCholesky(size: n, panelWidth: width)
      singleInputs = nil
    } else {
      singlePanels = PanelCholesky(size: n, panelWidth: width)
      singleInputs = KernelInputs(samples.converted(to: Float.self))
    }
    if let resuming { resume(from: resuming) }
  }

  /// The factor as far as it is made.
  public var factor: Factor {
    if let singlePanels { return .single(singlePanels) }
    guard let doublePanels else { preconditionFailure("a factor in one of two precisions") }
    return .double(doublePanels)
  }

  /// Goes on from what ``factor`` of a stopped factorisation was.
  ///
  /// - Parameter factor: of the same kernel, samples, ridge, precision and width of the panels.
  public mutating func resume(from factor: Factor) {
    switch factor {
    case .double(let panels):
      precondition(doublePanels?.isOfShape(of: panels) == true, "the factor of this problem")
      doublePanels = panels
    case .single(let panels):
      precondition(singlePanels?.isOfShape(of: panels) == true, "the factor of this problem")
      singlePanels = panels
    }
  }

  /// The columns of a panel; the last may have fewer.
  public var panelWidth: Int {
    switch factor {
    case .double(let panels): panels.panelWidth
    case .single(let panels): panels.panelWidth
    }
  }

  /// How many panels are finished.
  public var finishedPanels: Int {
    switch factor {
    case .double(let panels): panels.panels.count
    case .single(let panels): panels.panels.count
    }
  }

  /// How many panels make the whole factor.
  public var panelCount: Int {
    switch factor {
    case .double(let panels): panels.panelCount
    case .single(let panels): panels.panelCount
    }
  }

  /// Whether the factor is whole.
  public var isComplete: Bool { finishedPanels == panelCount }

  /// The share of the factorisation's arithmetic that is done, from 0 to 1.
  public var share: Double {
    let (n, done) = (
      Double(samples.rows), Double(min(finishedPanels * panelWidth, samples.rows))
    )
    // Σ (n - j) j up to j, over n³ / 6.
    return n == 0 ? 1 : (3 * n - 2 * done) * done * done / (n * n * n)
  }

  /// A panel of K + λI in the factor's precision.
  public enum Panel: Sendable {
    /// In `Double`.
    case double(Matrix<Double>)
    /// In `Float`.
    case single(Matrix<Float>)
  }

  /// The next panel of K + λI, not yet factored.
  ///
  /// - Returns: the columns that are next, from their diagonal down.
  /// - Complexity: O((n - j) d w) for w columns from j on.
  public func nextPanel() -> Panel {
    switch factor {
    case .double(let panels): .double(panel(inputs, for: panels))
    case .single(let panels):
      .single(
        panel(singleInputs ?? KernelInputs(samples.converted(to: Float.self)), for: panels))
    }
  }

  private func panel<Scalar: LinearAlgebraScalar>(
    _ inputs: KernelInputs<Scalar>, for panels: PanelCholesky<Scalar>
  ) -> Matrix<Scalar> {
    var panel = kernel.gramPanel(inputs, columns: panels.columns(ofPanel: panels.panels.count))
    if ridge > 0 { panel.addToDiagonal(Scalar(ridge)) }
    return panel
  }

  /// Factors a panel.
  ///
  /// - Parameter panel: what ``nextPanel()`` gave.
  /// - Throws: ``KernelError/notPositiveDefinite(_:)`` with the samples that coincide.
  /// - Complexity: O((n - j) j w) for w columns from j on.
  public mutating func append(_ panel: consuming Panel) throws(KernelError) {
    do throws(LinearAlgebraError) {
      switch consume panel {
      case .double(let panel):
        precondition(doublePanels != nil, "a panel in the factor's precision")
        try doublePanels?.append(panel)
      case .single(let panel):
        precondition(singlePanels != nil, "a panel in the factor's precision")
        try singlePanels?.append(panel)
      }
    } catch {
      guard case .notPositiveDefinite(let pivot) = error else { throw .linearAlgebra(error) }
      throw .notPositiveDefinite(explain(pivot: pivot))
    }
  }

  /// Makes and factors the next panel.
  ///
  /// - Throws: ``KernelError/notPositiveDefinite(_:)`` with the samples that coincide.
  /// - Complexity: O((n - j) (j + d) w) for w columns from j on.
  public mutating func factorNextPanel() throws(KernelError) { try append(nextPanel()) }

  /// Which sample before the pivot's is nearest to it.
  private func explain(pivot: Int) -> SingularGram {
    let unit =
      switch factor {
      case .double: Double.ulpOfOne
      case .single: Double(Float.ulpOfOne)
      }
    return kernel.explainSingularGram(samples, pivot: pivot, unit: unit)
  }

  /// Solves (K + λI) α = Y as exactly as the factor does, without evidence.
  ///
  /// - Parameter targets: Y, n × k.
  /// - Returns: α, n × k. The factorisation must be complete.
  /// - Complexity: O(n² k).
  public func solve(_ targets: Matrix<Double>) -> Matrix<Double> {
    switch factor {
    case .double(let panels): panels.solve(targets)
    case .single(let panels): scaledSolve(targets, in: Float.self, panels.solve)
    }
  }

  /// The residual Y - (K + λI) α, in `Double` with K made anew.
  ///
  /// - Parameters:
  ///   - alpha: α, n × k.
  ///   - targets: Y, n × k.
  /// - Returns: n × k numbers.
  /// - Complexity: O(n² (d + k)).
  public func residual(of alpha: Matrix<Double>, _ targets: Matrix<Double>) -> Matrix<Double> {
    kernel.residual(of: alpha, inputs, ridge: ridge, targets: targets)
  }

  /// ‖K + λI‖₁.
  var oneNorm: Double {
    switch factor {
    case .double(let panels): panels.oneNorm
    case .single(let panels): panels.oneNorm
    }
  }

  func reciprocalConditionEstimate() -> Double {
    switch factor {
    case .double(let panels): panels.reciprocalConditionEstimate()
    case .single(let panels): panels.reciprocalConditionEstimate()
    }
  }

  func inverseDiagonal(progress: (Double) -> Void) -> [Double] {
    switch factor {
    case .double(let panels): panels.inverseDiagonal(progress: progress)
    case .single(let panels): panels.inverseDiagonal(progress: progress).map { Double($0) }
    }
  }
}

/// Throws what is wrong with a problem before anything is computed.
func checkKernelProblem(_ samples: Matrix<Double>, ridge: Double) throws(KernelError) {
  if samples.rows == 0 { throw .noSamples }
  if !(ridge >= 0 && ridge.isFinite) { throw .ridgeOutOfRange(ridge) }
  try solvingKernel { () throws(LinearAlgebraError) in
    try samples.checkFinite(as: "the samples")
  }
}

/// Throws what is wrong with targets before anything is computed.
func checkKernelTargets(
  _ targets: Matrix<Double>, samples: Matrix<Double>
) throws(KernelError) {
  if targets.rows != samples.rows {
    throw .rowsDisagree(samples: samples.rows, targets: targets.rows)
  }
  try solvingKernel { () throws(LinearAlgebraError) in
    try targets.checkFinite(as: "the targets")
  }
}

extension Kernel {
  /// Why a Gram matrix is singular at a pivot.
  ///
  /// - Parameters:
  ///   - samples: X, n × d.
  ///   - pivot: the sample whose pivot is not positive.
  ///   - unit: the distance from 1 to the next number, in the factor's precision.
  /// - Returns: the nearest sample before it in the geometry of the kernel, and a ridge.
  /// - Complexity: O(n d).
  func explainSingularGram(_ samples: Matrix<Double>, pivot: Int, unit: Double) -> SingularGram {
    let squaredNorms = samples.squaredRowNorms()
    let diagonal = squaredNorms.map { diagonalValue(squaredNorm: $0) }
    let ridge = Double(samples.rows) * unit * (diagonal.max() ?? 0)
    let values = crossMatrix(samples.rows(0..<pivot), samples.rows([pivot]))
    let cosines = (0..<pivot).map {
      values[$0, 0] / (diagonal[$0] * diagonal[pivot]).squareRoot()
    }
    guard diagonal[pivot] > 0, let nearest = cosines.indices.max(by: { cosines[$0] < cosines[$1] })
    else {
      return SingularGram(
        pivot: pivot, nearest: nil, cosineGap: nil, isSameInput: false, sufficientRidge: ridge)
    }
    return SingularGram(
      pivot: pivot, nearest: nearest, cosineGap: 1 - cosines[nearest],
      isSameInput: samples.row(nearest) == samples.row(pivot), sufficientRidge: ridge)
  }
}

extension PanelCholesky {
  fileprivate func isOfShape(of other: PanelCholesky) -> Bool {
    (size, panelWidth) == (other.size, other.panelWidth)
  }
}
