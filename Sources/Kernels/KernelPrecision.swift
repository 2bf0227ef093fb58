/// In which precision a Gram matrix is factored, and in which its equations are met.
public enum KernelPrecision: String, Sendable, Codable, Hashable, CaseIterable {
  /// Factored and solved in `Double`.
  case double
  /// Factored and solved in `Float`: half the memory, about half the time, seven digits at best.
  case single
  /// Factored in `Float`, refined until the residual in `Double` is small.
  ///
  /// Wilkinson's iterative refinement: α ← α + L⁻ᵀL⁻¹(Y - Kα) with K made anew in `Double`.
  /// Converges where the condition of K is below about 10⁷. Source: Higham, *Accuracy and Stability
  /// of Numerical Algorithms*, 2nd edition, Section 12.1.
  case mixed

  /// The bytes of a number of the factor.
  public var factorBytes: Int { self == .double ? 8 : 4 }
}

/// How the factored Gram matrix lies in memory.
public enum GramStorage: String, Sendable, Codable, Hashable, CaseIterable {
  /// Panels of columns, made as they are factored: half a square; can be stopped and resumed.
  case panels
  /// LAPACK's rectangular full packed form: half a square.
  case packed
  /// A full square, with the factor below the diagonal and the matrix above it.
  case square

  /// The bytes that a factor of n samples takes, with the matrix it is made from.
  func bytes(samples n: Int, precision: KernelPrecision, panelWidth: Int) -> Int {
    let numbers =
      switch self {
      case .square: n * n
      case .packed: n * (n + 1) / 2 + n * min(panelWidth, n)
      case .panels:
        stride(from: 0, to: n, by: panelWidth).reduce(0) {
          $0 + (n - $1) * min(panelWidth, n - $1)
        }
      }
    return numbers * precision.factorBytes
  }
}
