public import LinearAlgebra

/// Why a kernel regression was not solved.
///
/// Samples count from 0.
public enum KernelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There are no samples: n = 0.
  case noSamples
  /// Samples and targets have different numbers of rows.
  case rowsDisagree(samples: Int, targets: Int)
  /// A ridge is negative, NaN or infinite.
  case ridgeOutOfRange(Double)
  /// A relative cut-off for eigenvalues is negative, NaN, or 1 and more.
  case cutOffOutOfRange(Double)
  /// An entry is no number, or a decomposition did not converge.
  case linearAlgebra(LinearAlgebraError)
  /// The Gram matrix is singular, or rounding made it so.
  case notPositiveDefinite(SingularGram)

  /// What happened, the likely cause, and what to try.
  public var description: String {
    switch self {
    case .noSamples: "there are no samples (0 rows): give at least one"
    case .rowsDisagree(let samples, let targets):
      "there are \(samples) samples and \(targets) rows of targets: give one row of each a sample"
    case .ridgeOutOfRange(let value):
      "the ridge is \(value): give a finite number, 0 or larger"
    case .cutOffOutOfRange(let value):
      "the relative cut-off is \(value): give a number from 0 to below 1, such as 1e-10"
    case .linearAlgebra(let error): error.description
    case .notPositiveDefinite(let singular): singular.description
    }
  }
}

/// Where Cholesky met a pivot that is not positive, and why.
public struct SingularGram: Equatable, Sendable, Codable, CustomStringConvertible {
  /// The sample of the pivot: its feature vector is a combination of those before, nearly.
  public var pivot: Int
  /// The sample before it that is nearest in the kernel's geometry; nil for the first sample.
  public var nearest: Int?
  /// 1 - k(x, z) / √(k(x, x) k(z, z)) of the two; nil without a nearest.
  public var cosineGap: Double?
  /// Whether their inputs are the same.
  public var isSameInput: Bool
  /// n ε max k(x, x): a ridge of this size outweighs the rounding of the factorisation.
  public var sufficientRidge: Double

  /// Says where a factorisation ended.
  public init(
    pivot: Int, nearest: Int?, cosineGap: Double?, isSameInput: Bool, sufficientRidge: Double
  ) {
    self.pivot = pivot
    self.nearest = nearest
    self.cosineGap = cosineGap
    self.isSameInput = isSameInput
    self.sufficientRidge = sufficientRidge
  }

  /// What happened, the likely cause, and what to try.
  public var description: String {
    let cause =
      switch nearest {
      case let nearest? where isSameInput: "sample \(pivot) has the input of sample \(nearest)"
      case let nearest?:
        "sample \(pivot) is nearest to sample \(nearest), 1 - cosine \(cosineGap ?? 0)"
      case nil: "sample \(pivot) has k(x, x) = 0 or less"
      }
    return "the Gram matrix is not positive definite at pivot \(pivot): \(cause); "
      + "a ridge of \(sufficientRidge) would outweigh rounding, or leave one of the two out"
  }
}

/// Runs something of linear algebra, with its errors as those of a kernel regression.
func solvingKernel<Result>(
  _ body: () throws(LinearAlgebraError) -> Result
) throws(KernelError) -> Result {
  do { return try body() } catch { throw .linearAlgebra(error) }
}
