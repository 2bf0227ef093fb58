private import Datasets
public import Kernels
private import LinearAlgebra

/// What must be the same for a factor of K + λI to be of use again.
///
/// Targets are not among it: any labels of the same images are solved for with one factor.
public struct FactorIdentity: Sendable, Codable, Equatable {
  /// The version of the folder's format.
  public var version: Int
  /// The kernel with its parameters.
  public var kernel: String
  /// The ridge λ.
  public var ridge: Double
  /// The precision of the factor; that of mixed precision is single.
  public var precision: KernelPrecision
  /// n.
  public var samples: Int
  /// d.
  public var dimension: Int
  /// The columns of a panel; the last may have fewer.
  public var panelWidth: Int
  /// The SHA-256 of the samples X as they lie in memory: doubles, column after column.
  public var samplesSHA256: String

  /// The only version that there is.
  static let currentVersion = 1

  /// The identity of a factorisation.
  ///
  /// - Parameter factorization: begun or finished.
  /// - Complexity: O(n d), for the hash.
  public init<K: Kernel>(_ factorization: KernelFactorization<K>) {
    let x = factorization.samples
    version = Self.currentVersion
    kernel = factorization.kernel.description
    ridge = factorization.ridge
    precision =
      switch factorization.factor {
      case .double: .double
      case .single: .single
      }
    samples = x.rows
    dimension = x.columns
    panelWidth = factorization.panelWidth
    let hash = SHA256()
    let count = x.rows * x.columns
    x.withUnsafeElements {
      hash.update(UnsafeRawBufferPointer(UnsafeBufferPointer(start: $0, count: count)))
    }
    samplesSHA256 = hash.hexadecimal()
  }

  /// The first value, by its name, in which another identity differs.
  func firstDifference(
    from expected: FactorIdentity
  ) -> (name: String, found: String, expected: String)? {
    let pairs: [(name: String, found: String, expected: String)] = [
      ("version", "\(version)", "\(expected.version)"),
      ("number of samples", "\(samples)", "\(expected.samples)"),
      ("dimension", "\(dimension)", "\(expected.dimension)"),
      ("samples' SHA-256", samplesSHA256, expected.samplesSHA256),
      // After the samples, by whose median its scale may be chosen.
      ("kernel", kernel, expected.kernel),
      ("ridge", "\(ridge)", "\(expected.ridge)"),
      ("precision", precision.rawValue, expected.precision.rawValue),
      ("panel width", "\(panelWidth)", "\(expected.panelWidth)"),
    ]
    return pairs.first { $0.found != $0.expected }
  }
}
