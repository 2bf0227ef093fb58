/// The memory that an exact kernel regression takes, before it takes it.
public struct KernelMemoryPlan: Sendable, Codable, Equatable {
  /// Something held in memory.
  public struct Item: Sendable, Codable, Equatable {
    /// What it is.
    public var name: String
    /// Its size.
    public var bytes: Int
  }

  /// A way to solve the same equations.
  public struct Alternative: Sendable, Codable, Equatable {
    /// The precision.
    public var precision: KernelPrecision
    /// The storage.
    public var storage: GramStorage
    /// What it takes in all.
    public var bytes: Int
  }

  /// What is held at the peak.
  public var items: [Item]
  /// All of it.
  public var totalBytes: Int { items.reduce(0) { $0 + $1.bytes } }
  private var size: ProblemSize

  private struct ProblemSize: Sendable, Codable, Equatable {
    var samples, dimension, targets, inputs: Int
  }

  /// Plans a regression.
  ///
  /// - Parameters:
  ///   - n: the number of samples.
  ///   - d: their dimension.
  ///   - k: the number of targets.
  ///   - m: the number of inputs to predict for.
  ///   - precision: of the factor.
  ///   - storage: of the factor.
  public init(
    samples n: Int, dimension d: Int, targets k: Int, inputs m: Int = 0,
    precision: KernelPrecision = .double, storage: GramStorage = .panels
  ) {
    size = ProblemSize(samples: n, dimension: d, targets: k, inputs: m)
    let width = min(n, KernelBlocks.residualWidth)
    items = [
      Item(
        name: "Gram matrix and its factor",
        bytes: storage.bytes(
          samples: n, precision: precision, panelWidth: KernelBlocks.panelWidth)),
      Item(
        name: precision == .double
          ? "samples and their 8-bit values" : "samples in both precisions and their 8-bit values",
        bytes: n * d * (precision == .double ? 10 : 14)),
      Item(name: "inputs to predict for", bytes: m * d * 10),
      Item(name: "targets, solutions, residuals", bytes: (5 * n + m) * k * 8),
      Item(
        name: "a block of kernel values",
        // Inner products of 8-bit values come in `Float`.
        bytes: max(n * width, n * min(m, KernelBlocks.predictionRows)) * 12),
    ]
  }

  /// The ways that need less than some limit, the most exact first.
  ///
  /// - Parameter limit: bytes.
  /// - Returns: precision, storage and what they take; none where even `Float` panels are too large.
  public func alternatives(below limit: Int) -> [Alternative] {
    [(.double, .panels), (.mixed, .panels)]
      .map { (precision: KernelPrecision, storage: GramStorage) in
        let plan = KernelMemoryPlan(
          samples: size.samples, dimension: size.dimension, targets: size.targets,
          inputs: size.inputs, precision: precision, storage: storage)
        return Alternative(precision: precision, storage: storage, bytes: plan.totalBytes)
      }
      .filter { $0.bytes <= limit }
  }
}

/// The widths of the blocks that kernel values are made in.
enum KernelBlocks {
  /// Columns of a panel of the factor: wide enough for products at full speed.
  static let panelWidth = 1024
  /// Columns of a block of a residual in `Double`.
  static let residualWidth = 512
  /// Rows of a low-rank factor that are multiplied in `Float` at a time.
  static let factorRows = 8192
  /// Inputs of one block of a prediction.
  static let predictionRows = 1024
}
