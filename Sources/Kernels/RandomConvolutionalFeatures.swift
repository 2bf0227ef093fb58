public import LinearAlgebra
private import RandomStreams
private import RealModule

/// One convolutional layer with random filters, rectified on both sides and pooled.
///
/// With z = ⟨f, W(p̂ - μ)⟩ the response of filter f to a whitened patch, a filter gives for each of
/// g × g parts of the image Σ max(z - a, 0) and Σ max(-z - a, 0) over the part's patches: 2 g²
/// numbers, one after the other. Filter j is named by the seed and j, so that the features of fewer
/// filters are the first of more.
///
/// Source: Coates, Ng, "Learning feature representations with k-means" (2012), with the filters
/// drawn at random as in Zhang et al. (2017), Section 5, footnote 2.
public struct RandomConvolutionalFeatures: Sendable, Equatable {
  /// Where filters come from.
  public enum Source: String, Sendable, Codable, Hashable, CaseIterable {
    /// Whitened patches of the training images, scaled to length 1.
    case patches
    /// Gaussian directions, uniform on the sphere of length 1.
    case gaussian
  }

  /// What is chosen beforehand.
  public struct Configuration: Sendable, Codable, Hashable {
    /// N, the number of filters.
    public var filters: Int
    /// Where filters come from.
    public var source: Source
    /// Rows and columns of a filter.
    public var side: Int
    /// Pixels from one patch to the next.
    public var stride: Int
    /// a, what a response must exceed.
    public var threshold: Double
    /// g, rows and columns of parts that responses are summed over.
    public var parts: Int
    /// c of ``PatchWhitening``, for pixels from 0 to 1.
    public var contrastFloor: Double
    /// ε of ``PatchWhitening``.
    public var regularization: Double
    /// How many patches the whitening is learned from.
    public var whiteningPatches: Int
    /// To what power sums are raised: 1 as published, 1/2 for their roots.
    public var exponent: Double
    /// Names all draws.
    public var seed: UInt64

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - filters: N, at least 1.
    ///   - source: where filters come from.
    ///   - side: rows and columns of a filter, at least 1.
    ///   - stride: pixels from one patch to the next, at least 1.
    ///   - threshold: a, at least 0.
    ///   - parts: g, at least 1 and at most the places of a patch in either direction.
    ///   - contrastFloor: c > 0, for pixels from 0 to 1; 10 for pixels from 0 to 255 is
    ///     10 / 255².
    ///   - regularization: ε > 0.
    ///   - whiteningPatches: at least 1.
    ///   - exponent: to what power sums are raised, positive; 1 leaves them as they are.
    ///   - seed: names all draws.
    public init(
      filters: Int, source: Source = .patches, side: Int = 6, stride: Int = 1,
      threshold: Double = 0.5, parts: Int = 2, contrastFloor: Double = 10.0 / 65025,
      regularization: Double = 0.1, whiteningPatches: Int = 50_000, exponent: Double = 1,
      seed: UInt64 = 0
    ) {
      self.filters = filters
      self.source = source
      self.side = side
      self.stride = stride
      self.threshold = threshold
      self.parts = parts
      self.contrastFloor = contrastFloor
      self.regularization = regularization
      self.whiteningPatches = whiteningPatches
      self.exponent = exponent
      self.seed = seed
    }

    /// 2 g², the features that a filter gives.
    public var featuresPerFilter: Int { 2 * parts * parts }
    /// 2 g² N, the number of features.
    public var featureCount: Int { featuresPerFilter * filters }
  }

  /// What was chosen beforehand.
  public let configuration: Configuration
  /// Where the patches stand.
  public let grid: PatchGrid
  /// How patches are whitened.
  public let whitening: PatchWhitening
  /// The filters as they meet a patch divided by its contrast, one a column, each of mean 0.
  public let filters: Matrix<Float>
  /// What is subtracted from the response of each filter.
  public let offsets: [Float]

  /// Draws the filters.
  ///
  /// - Parameters:
  ///   - configuration: what is chosen beforehand.
  ///   - images: the training images, n × d with n ≥ 1, one row an image, pixels from 0 to 1.
  ///   - height: rows of pixels of an image.
  ///   - width: pixels in a row.
  ///   - channels: values of a pixel.
  /// - Throws: `LinearAlgebraError.notFinite(argument:row:column:)`,
  ///   `.didNotConverge(routine:count:)`.
  /// - Complexity: O((m + N) L² + L³) for m patches to learn the whitening from, of L values.
  public init(
    _ configuration: Configuration, images: Matrix<Float>, height: Int, width: Int, channels: Int
  ) throws(LinearAlgebraError) {
    precondition(
      configuration.filters >= 1 && configuration.whiteningPatches >= 1
        && configuration.threshold >= 0 && configuration.exponent > 0,
      "filters, patches, a threshold that is not negative and a positive exponent")
    let grid = PatchGrid(
      height: height, width: width, channels: channels, side: configuration.side,
      stride: configuration.stride)
    precondition(
      configuration.parts >= 1 && configuration.parts <= min(grid.rows, grid.columns),
      "each part holds a patch")
    let sample = grid.randomPatches(
      of: images, count: configuration.whiteningPatches, seed: configuration.seed,
      purpose: "whitening patches")
    let whitening = try PatchWhitening(
      patches: sample, contrastFloor: configuration.contrastFloor,
      regularization: configuration.regularization)
    var directions: Matrix<Double>
    switch configuration.source {
    case .patches:
      let patches = grid.randomPatches(
        of: images, count: configuration.filters, seed: configuration.seed,
        purpose: "filter patches")
      directions = whitening(patches).transposed()
    case .gaussian:
      var values: [Double] = []
      for filter in 0..<configuration.filters {
        var stream = RandomStream(
          seed: configuration.seed, purpose: "Gaussian filters", indices: filter)
        for _ in 0..<grid.patchLength { values.append(stream.normal()) }
      }
      directions = Matrix(
        rows: grid.patchLength, columns: configuration.filters, columnMajor: values)
    }
    directions.forEachColumn { _, column in
      let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // A patch without contrast can be zero after whitening; it stays a filter that is silent.
      for i in column.indices { column[i] /= length > 0 ? length : 1 }
    }
    let (filters, offsets) = whitening.folded(into: directions)
    self.configuration = configuration
    self.grid = grid
    self.whitening = whitening
    self.filters = filters.converted(to: Float.self)
    self.offsets = offsets.map { Float($0) }
  }

  /// The features of some images.
  ///
  /// - Parameters:
  ///   - images: n × d, one row an image, pixels from 0 to 1.
  ///   - rows: which of the images; nil for all.
  ///   - filters: of which filters; nil for all.
  /// - Returns: one row an image, 2 g² columns a filter: the parts of the image row after row, first
  ///   of the responses above a, then of those below -a.
  /// - Complexity: O(q L) for each image and filter, q patches of L values.
  public func callAsFunction(
    _ images: Matrix<Float>, rows: Range<Int>? = nil, filters: Range<Int>? = nil
  ) -> Matrix<Float> {
    let rows = rows ?? 0..<images.rows
    let filters = filters ?? 0..<configuration.filters
    var result = Matrix<Float>(
      rows: rows.count, columns: filters.count * configuration.featuresPerFilter)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.imageBlock) {
      let block = first..<min(first + Self.imageBlock, rows.upperBound)
      var patches = grid.patches(of: images, block)
      patches.divideRowsByContrast(contrastFloor: Float(configuration.contrastFloor))
      for firstFilter in stride(
        from: filters.lowerBound, to: filters.upperBound, by: Self.filterBlock)
      {
        let some = firstFilter..<min(firstFilter + Self.filterBlock, filters.upperBound)
        let responses = patches * self.filters.columns(some)
        pool(
          responses, of: some, images: block.count, into: &result,
          row: first - rows.lowerBound,
          column: (firstFilter - filters.lowerBound) * configuration.featuresPerFilter)
      }
    }
    if configuration.exponent != 1 { raise(&result) }
    return result
  }

  /// Images whose patches are made together, and filters whose responses are: both in cache.
  private static let imageBlock = 32
  private static let filterBlock = 64

  private func pool(
    _ responses: Matrix<Float>, of filters: Range<Int>, images: Int,
    into result: inout Matrix<Float>,
    row: Int, column: Int
  ) {
    let (parts, height) = (configuration.parts, result.rows)
    let threshold = Float(configuration.threshold)
    responses.withUnsafeElements { responses in
      result.withUnsafeMutableElements { result in
        nonisolated(unsafe) let (responses, result) = (responses, result)
        inParallel(count: filters.count) { index in
          let offset = offsets[filters.lowerBound + index]
          let own = responses + index * grid.count * images
          for part in 0..<parts * parts {
            let target =
              result + (column + index * configuration.featuresPerFilter + part) * height + row
            let below = target + parts * parts * height
            for y in range(part / parts, of: grid.rows) {
              for x in range(part % parts, of: grid.columns) {
                let values = own + (y * grid.columns + x) * images
                for i in 0..<images {
                  let z = values[i] - offset
                  target[i] += max(z - threshold, 0)
                  below[i] += max(-z - threshold, 0)
                }
              }
            }
          }
        }
      }
    }
  }

  private func raise(_ features: inout Matrix<Float>) {
    let exponent = Float(configuration.exponent)
    features.forEachColumn { _, column in
      for i in column.indices {
        column[i] = exponent == 0.5 ? column[i].squareRoot() : .pow(column[i], exponent)
      }
    }
  }

  /// The rows or columns of places of one part.
  private func range(_ part: Int, of places: Int) -> Range<Int> {
    part * places / configuration.parts..<(part + 1) * places / configuration.parts
  }
}

extension PatchGrid {
  /// Patches of random images at random places, patch i named by the seed, the purpose and i.
  func randomPatches(
    of images: Matrix<Float>, count: Int, seed: UInt64, purpose: String
  ) -> Matrix<Double> {
    precondition(images.columns == imageLength && images.rows >= 1, "images of the grid's size")
    precondition(padding == 0, "patches within the image")
    let pixels = (0..<patchLength).map { entry in
      (entry / (side * side) * height + entry / side % side) * width + entry % side
    }
    var patches = Matrix<Double>(rows: count, columns: patchLength)
    for i in 0..<count {
      var stream = RandomStream(seed: seed, purpose: purpose, indices: i)
      let image = stream.integer(below: images.rows)
      let place = stream.integer(below: self.count)
      let corner = place / columns * stride * width + place % columns * stride
      for (entry, pixel) in pixels.enumerated() {
        patches[i, entry] = Double(images[image, corner + pixel])
      }
    }
    return patches
  }
}
