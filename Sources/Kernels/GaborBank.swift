public import LinearAlgebra
private import RealModule

/// Gabor wavelets of one wavelength in several orientations, in pairs a quarter wave apart.
///
/// With u = x cos θ + y sin θ along the wave, v = -x sin θ + y cos θ across it, x to the right and y
/// down from the middle of the window, and G = exp(-(u² + ρ² v²) / 2σ²):
///
/// - even: G (cos 2πu/λ - m), m such that its entries sum to 0;
/// - odd: G sin 2πu/λ.
///
/// Each is scaled to length 1. Orientation k of O has θ = πk/O.
///
/// Source: Daugman, "Uncertainty relation for resolution in space, spatial frequency, and
/// orientation optimized by two-dimensional visual cortical filters" (1985).
public struct GaborBank: Sendable, Hashable, Codable {
  /// λ, in pixels.
  public let wavelength: Double
  /// O.
  public let orientations: Int
  /// σ, in pixels.
  public let deviation: Double
  /// ρ, how much narrower the envelope is across the wave than along it.
  public let aspect: Double
  /// Rows and columns of the window, odd.
  public let side: Int

  /// Creates a bank.
  ///
  /// - Parameters:
  ///   - wavelength: λ > 2 pixels, below which a wave is not sampled.
  ///   - orientations: O, at least 1.
  ///   - deviation: σ > 0, in pixels.
  ///   - aspect: ρ > 0.
  ///   - side: rows and columns of the window, odd and at least 3.
  public init(
    wavelength: Double, orientations: Int, deviation: Double, aspect: Double, side: Int
  ) {
    precondition(wavelength > 2 && wavelength.isFinite, "a wave is longer than two pixels")
    precondition(orientations >= 1, "a bank has an orientation")
    precondition(
      deviation > 0 && deviation.isFinite && aspect > 0 && aspect.isFinite,
      "an envelope has a width")
    precondition(side >= 3 && side % 2 == 1, "a window has a middle")
    self.wavelength = wavelength
    self.orientations = orientations
    self.deviation = deviation
    self.aspect = aspect
    self.side = side
  }

  /// The filters, one a column: the even one of each orientation, then the odd ones.
  ///
  /// The entries of a filter stand row after row of the window.
  ///
  /// - Returns: side² × 2 O.
  /// - Complexity: O(side² O).
  public func filters() -> Matrix<Double> {
    let waves = (0..<orientations).map { filterPair(orientation: $0) }
    let columns = waves.map(\.even) + waves.map(\.odd)
    return Matrix(
      rows: side * side, columns: 2 * orientations, columnMajor: columns.flatMap { $0 })
  }

  private func filterPair(orientation: Int) -> (even: [Double], odd: [Double]) {
    let angle = Double.pi * Double(orientation) / Double(orientations)
    let (cosine, sine) = (Double.cos(angle), Double.sin(angle))
    let half = Double(side / 2)
    var envelope: [Double] = []
    var (even, odd): ([Double], [Double]) = ([], [])
    for entry in 0..<side * side {
      let (x, y) = (Double(entry % side) - half, Double(entry / side) - half)
      let (u, v) = (x * cosine + y * sine, y * cosine - x * sine)
      let phase = 2 * Double.pi * u / wavelength
      envelope.append(
        .exp(-(u * u + aspect * aspect * v * v) / (2 * deviation * deviation)))
      even.append(.cos(phase))
      odd.append(.sin(phase))
    }
    let mean = innerProduct(envelope, even) / envelope.reduce(0, +)
    return (
      scaledToLengthOne(zip(envelope, even).map { $0 * ($1 - mean) }),
      scaledToLengthOne(zip(envelope, odd).map { $0 * $1 })
    )
  }
}

private func scaledToLengthOne(_ values: [Double]) -> [Double] {
  let length = euclideanNorm(values)
  return length > 0 ? values.map { $0 / length } : values
}
