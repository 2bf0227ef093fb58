public import LinearAlgebra

extension KernelChoice {
  /// Whether a scale is left open.
  public var hasOpenScale: Bool {
    switch self {
    case .gaussian(nil), .laplacian(nil), .matern(_, nil): true
    default: false
    }
  }

  /// The kernels of this kind whose squared scales are 1/8, 1/4, … 8 times the squared median
  /// distance, from the widest; none where no scale is open.
  ///
  /// - Parameters:
  ///   - samples: X, n × d, one row a sample.
  ///   - seed: names the draw of the median distance.
  /// - Returns: each kernel with its scale s.
  public func scaleCandidates<Scalar: LinearAlgebraScalar>(
    for samples: Matrix<Scalar>, seed: UInt64
  ) -> [(kernel: AnyKernel, scale: Double)] {
    func grid(_ kernel: some RadialKernel) -> [(kernel: AnyKernel, scale: Double)] {
      let median = kernel.scaledToMedianDistance(of: samples, seed: seed).squaredScale
      return [8, 4, 2, 1, 0.5, 0.25, 0.125].map { median * $0 }
        .filter { $0 > 0 && $0.isFinite && (1 / $0).isFinite }
        .map { (AnyKernel(kernel.with(squaredScale: $0)), $0.squareRoot()) }
    }
    switch self {
    case .gaussian(nil): return grid(GaussianKernel(gamma: 1))
    case .laplacian(nil): return grid(LaplacianKernel(gamma: 1))
    case .matern(let smoothness, nil): return grid(MaternKernel(smoothness, lengthScale: 1))
    default: return []
    }
  }
}
