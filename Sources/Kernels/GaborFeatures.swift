public import LinearAlgebra
private import RealModule

/// The energies of Gabor wavelets in the parts of an image.
///
/// For each scale, orientation and place: the energy E = √(e² + o²) of the even and the odd response,
/// which does not tell where within a wavelength an edge lies. Energies are divided by
/// κ + √(Σ E²), the sum over the orientations of the place; then averaged with Gaussian windows around
/// g × g points spread over the image; then their roots are taken. All features of an image together
/// are scaled to length 1.
///
/// The paper states no parameters of its Gabor transform; those of ``init(scales:orientations:deviation:aspect:stride:contrastFloor:exponent:)``
/// were chosen on images of the MNIST training set held out from the fit.
public struct GaborFeatures: Sendable, Hashable, Codable {
  /// Waves of one length, and where their energies are averaged.
  public struct Scale: Sendable, Hashable, Codable {
    /// λ, in pixels.
    public var wavelength: Double
    /// Rows and columns of the window, odd.
    public var side: Int
    /// g, rows and columns of points.
    public var points: Int
    /// The standard deviation of the Gaussian window around a point, in pixels.
    public var spread: Double

    /// Creates a scale.
    ///
    /// - Parameters:
    ///   - wavelength: λ > 2, in pixels.
    ///   - side: rows and columns of the window, odd and at least 3.
    ///   - points: g, at least 1.
    ///   - spread: the standard deviation of the window around a point, positive, in pixels.
    public init(wavelength: Double, side: Int, points: Int, spread: Double) {
      self.wavelength = wavelength
      self.side = side
      self.points = points
      self.spread = spread
    }
  }

  /// The scales.
  public let scales: [Scale]
  /// O, the orientations of each scale.
  public let orientations: Int
  /// σ / λ of the wavelets.
  public let deviation: Double
  /// ρ of the wavelets: how much narrower they are across the wave than along it.
  public let aspect: Double
  /// Pixels from one place of a wavelet to the next.
  public let stride: Int
  /// κ, for pixels from 0 to 1; nil leaves energies as they are.
  public let contrastFloor: Double?
  /// To what power averages are raised.
  public let exponent: Double

  /// Creates a map.
  ///
  /// - Parameters:
  ///   - scales: at least one.
  ///   - orientations: O, at least 1.
  ///   - deviation: σ / λ > 0 of the wavelets.
  ///   - aspect: ρ > 0 of the wavelets.
  ///   - stride: pixels from one place of a wavelet to the next, at least 1.
  ///   - contrastFloor: κ > 0, for pixels from 0 to 1; nil leaves energies as they are.
  ///   - exponent: to what power averages are raised, positive; 1 leaves them as they are.
  public init(
    scales: [Scale] = [
      Scale(wavelength: 4, side: 15, points: 9, spread: 1.5),
      Scale(wavelength: 6, side: 15, points: 7, spread: 2),
      Scale(wavelength: 9, side: 15, points: 5, spread: 2.5),
    ], orientations: Int = 8, deviation: Double = 0.5, aspect: Double = 0.7, stride: Int = 1,
    contrastFloor: Double? = nil, exponent: Double = 0.5
  ) {
    precondition(!scales.isEmpty, "a map has a scale")
    precondition(
      scales.allSatisfy { $0.points >= 1 && $0.spread > 0 }, "a scale has points with windows")
    precondition(
      stride >= 1 && exponent > 0 && (contrastFloor ?? 1) > 0, "a positive stride, power and floor")
    self.scales = scales
    self.orientations = orientations
    self.deviation = deviation
    self.aspect = aspect
    self.stride = stride
    self.contrastFloor = contrastFloor
    self.exponent = exponent
  }

  /// The number of features of an image of one channel, O Σ g².
  public var featureCount: Int {
    orientations * scales.reduce(0) { $0 + $1.points * $1.points }
  }

  /// The wavelets of a scale.
  ///
  /// - Parameter scale: its index.
  /// - Returns: the bank.
  public func bank(ofScale scale: Int) -> GaborBank {
    let scale = scales[scale]
    return GaborBank(
      wavelength: scale.wavelength, orientations: orientations,
      deviation: deviation * scale.wavelength, aspect: aspect, side: scale.side)
  }

  /// Where the wavelets of a scale stand: their middles on the image's pixels from the first one on.
  ///
  /// - Parameters:
  ///   - scale: its index.
  ///   - height: rows of pixels.
  ///   - width: pixels in a row.
  /// - Returns: the places, in a frame of zeros of half a window.
  public func grid(ofScale scale: Int, height: Int, width: Int) -> PatchGrid {
    let side = scales[scale].side
    return PatchGrid(
      height: height, width: width, channels: 1, side: side, stride: stride, padding: side / 2)
  }

  /// The features of some grey images.
  ///
  /// - Parameters:
  ///   - images: n × (height · width), one row an image, pixels from 0 to 1.
  ///   - height: rows of pixels.
  ///   - width: pixels in a row.
  ///   - progress: called with the share that is done.
  /// - Returns: one row an image: scale after scale, orientation after orientation, the points row
  ///   after row. A row has length 1, or is zero for an image without energy.
  /// - Complexity: O(q s² O) for each image and scale, q places of a window of s² pixels.
  public func callAsFunction(
    _ images: Matrix<Float>, height: Int, width: Int, progress: (Double) -> Void = { _ in }
  ) -> Matrix<Float> {
    precondition(images.columns == height * width, "images of one channel and this size")
    var columns: [Matrix<Float>] = []
    for scale in scales.indices {
      let parts = averages(images, scale: scale, height: height, width: width) {
        progress((Double(scale) + $0) / Double(scales.count))
      }
      columns.append(parts)
    }
    var result = Matrix<Float>(
      rows: images.rows, columns: featureCount, columnMajor: columns.flatMap(\.elements))
    raise(&result)
    return result
  }

  /// The energies of one scale at all places, after their division if any.
  ///
  /// - Parameters:
  ///   - images: n × (height · width), one row an image.
  ///   - rows: which of the images.
  ///   - scale: the index of the scale.
  ///   - height: rows of pixels.
  ///   - width: pixels in a row.
  /// - Returns: one row an image; orientation after orientation, the places row after row.
  /// - Complexity: O(q s² O) for each image, q places of a window of s² pixels.
  public func energies(
    of images: Matrix<Float>, rows: Range<Int>, scale: Int, height: Int, width: Int
  ) -> Matrix<Float> {
    let grid = grid(ofScale: scale, height: height, width: width)
    let filters = bank(ofScale: scale).filters().converted(to: Float.self)
    return energies(of: images, rows: rows, grid: grid, filters: filters)
  }

  private func energies(
    of images: Matrix<Float>, rows: Range<Int>, grid: PatchGrid, filters: Matrix<Float>
  ) -> Matrix<Float> {
    let responses = grid.patches(of: images, rows) * filters
    let (count, length) = (orientations, responses.rows)
    let floor = contrastFloor.map { Float($0) }
    return Matrix(rows: rows.count, columns: count * grid.count) { target in
      responses.withUnsafeElements { source in
        nonisolated(unsafe) let (target, source) = (target, source)
        let tile = 512
        inParallel(count: (length + tile - 1) / tile) { index in
          let tileRows = index * tile..<min((index + 1) * tile, length)
          for i in tileRows {
            var sum: Float = 0
            for k in 0..<count {
              let (even, odd) = (source[i + k * length], source[i + (count + k) * length])
              let square = even * even + odd * odd
              sum += square
              target[i + k * length] = square.squareRoot()
            }
            guard let floor else { continue }
            let divisor = floor + sum.squareRoot()
            for k in 0..<count { target[i + k * length] /= divisor }
          }
        }
      }
    }
  }

  private func averages(
    _ images: Matrix<Float>, scale: Int, height: Int, width: Int, progress: (Double) -> Void
  ) -> Matrix<Float> {
    let grid = grid(ofScale: scale, height: height, width: width)
    let filters = bank(ofScale: scale).filters().converted(to: Float.self)
    let windows = windows(of: scales[scale], over: grid)
    let points = windows.columns
    var result = Matrix<Float>(rows: images.rows, columns: orientations * points)
    for first in Swift.stride(from: 0, to: images.rows, by: Self.imageBlock) {
      let block = first..<min(first + Self.imageBlock, images.rows)
      let energies = energies(of: images, rows: block, grid: grid, filters: filters)
      for orientation in 0..<orientations {
        let own = energies.columns(orientation * grid.count..<(orientation + 1) * grid.count)
        let averages = own * windows
        result.withUnsafeMutableElements { target in
          averages.withUnsafeElements { source in
            for point in 0..<points {
              let column = target + (orientation * points + point) * images.rows + first
              column.update(from: source + point * block.count, count: block.count)
            }
          }
        }
      }
      progress(Double(block.upperBound) / Double(images.rows))
    }
    return result
  }

  /// Images whose responses are held at a time: few enough for their patches to stay in cache.
  private static let imageBlock = 16

  /// The weights of places in the average around each point, one column a point, each of sum 1.
  private func windows(of scale: Scale, over grid: PatchGrid) -> Matrix<Float> {
    let down = weights(of: scale, places: grid.rows)
    let across = weights(of: scale, places: grid.columns)
    let points = scale.points
    return Matrix(rows: grid.count, columns: points * points) { place, point in
      Float(
        down[point / points][place / grid.columns] * across[point % points][place % grid.columns])
    }
  }

  private func weights(of scale: Scale, places: Int) -> [[Double]] {
    let spread = scale.spread / Double(stride)
    return (0..<scale.points).map { point in
      let middle = (Double(point) + 0.5) * Double(places) / Double(scale.points) - 0.5
      let squares = (0..<places).map { place in
        let distance = (Double(place) - middle) / spread
        return distance * distance
      }
      // Less the nearest place's: a narrow window between two places keeps a weight.
      let nearest = squares.min() ?? 0
      let values = squares.map { Double.exp((nearest - $0) / 2) }
      let sum = values.reduce(0, +)
      return values.map { $0 / sum }
    }
  }

  /// Raises averages to the power and scales rows to length 1.
  private func raise(_ features: inout Matrix<Float>) {
    let exponent = Float(exponent)
    features.forEachColumn { _, column in
      for i in column.indices {
        let value = max(column[i], 0)
        column[i] =
          exponent == 1 ? value : exponent == 0.5 ? value.squareRoot() : .pow(value, exponent)
      }
    }
    let lengths = features.squaredRowNorms().map { $0.squareRoot() }
    features.forEachColumn { _, column in
      for i in column.indices where lengths[i] > 0 { column[i] /= lengths[i] }
    }
  }
}
