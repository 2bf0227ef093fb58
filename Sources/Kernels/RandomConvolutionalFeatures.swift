public import LinearAlgebra
private import RandomStreams
private import RealModule

/// One convolutional layer with random filters, rectified on both sides and pooled.
///
/// With z = ⟨f, W(p̂ - μ)⟩ the response of filter f to a whitened patch, a filter gives for each of
/// g × g parts of the image Σ max(z - a, 0) and Σ max(-z - a, 0) over the part's patches: 2 g²
/// numbers, one after the other. Filter j is named by the seed and j, so that the features of fewer
/// filters are the first of more. Where images are mirrored, an image's features are the sum of its
/// own and of its mirror image's: left and right then do not tell two images apart.
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
    /// Whether the sums of an image and of its mirror image are added up.
    public var isMirrored: Bool
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
    ///   - isMirrored: whether the sums of an image and of its mirror image are added up; patches
    ///     must then reach the right border.
    ///   - seed: names all draws.
    public init(
      filters: Int, source: Source = .patches, side: Int = 6, stride: Int = 1,
      threshold: Double = 0.5, parts: Int = 2, contrastFloor: Double = 10.0 / 65025,
      regularization: Double = 0.1, whiteningPatches: Int = 50_000, exponent: Double = 1,
      isMirrored: Bool = false, seed: UInt64 = 0
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
      self.isMirrored = isMirrored
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
  /// The filters, left and right exchanged.
  private let mirroredFilters: Matrix<Float>?

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
    precondition(
      !configuration.isMirrored || (width - configuration.side) % configuration.stride == 0,
      "the places of mirror images are those of images")
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
    mirroredFilters = configuration.isMirrored ? grid.mirrored(self.filters) : nil
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
    // Kept from block to block: fresh memory costs a page fault every 4 KiB.
    var responses = Matrix<Float>(rows: 0, columns: 0)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.imageBlock) {
      let block = first..<min(first + Self.imageBlock, rows.upperBound)
      var patches = grid.patches(of: images, block)
      patches.divideRowsByContrast(contrastFloor: Float(configuration.contrastFloor))
      for firstFilter in stride(
        from: filters.lowerBound, to: filters.upperBound, by: Self.filterBlock)
      {
        let some = firstFilter..<min(firstFilter + Self.filterBlock, filters.upperBound)
        let place = (
          row: first - rows.lowerBound,
          column: (firstFilter - filters.lowerBound) * configuration.featuresPerFilter
        )
        if responses.rows != patches.rows || responses.columns != some.count {
          responses = Matrix(rows: patches.rows, columns: some.count)
        }
        responses.addProduct(of: patches, self.filters.columns(some), keeping: 0)
        pool(responses, of: some, into: &result, at: place)
        if let mirroredFilters {
          // A filter meets a mirror image as the mirrored filter meets the image.
          responses.addProduct(of: patches, mirroredFilters.columns(some), keeping: 0)
          pool(responses, of: some, mirrored: true, into: &result, at: place)
        }
      }
    }
    if configuration.exponent != 1 { raise(&result) }
    return result
  }

  // As many images as lanes, so that sums stay in registers, and enough filters for products to pack
  // the patches seldom.
  private static let imageBlock = Lanes.scalarCount
  private static let filterBlock = 256
  private typealias Lanes = SIMD16<Float>

  /// Adds the rectified responses of a block of images to their features.
  private func pool(
    _ responses: Matrix<Float>, of filters: Range<Int>, mirrored: Bool = false,
    into result: inout Matrix<Float>, at place: (row: Int, column: Int)
  ) {
    let (parts, height, images) = (configuration.parts, result.rows, responses.rows / grid.count)
    let perFilter = configuration.featuresPerFilter
    let threshold = Float(configuration.threshold)
    let windows = (0..<parts * parts).map { part in
      let columns = range(part % parts, of: grid.columns)
      return (
        rows: range(part / parts, of: grid.rows),
        columns: mirrored
          ? grid.columns - columns.upperBound..<grid.columns - columns.lowerBound : columns
      )
    }
    responses.withUnsafeElements { responses in
      result.withUnsafeMutableElements { result in
        nonisolated(unsafe) let (responses, result) = (responses, result)
        inParallel(count: filters.count) { index in
          let offset = offsets[filters.lowerBound + index]
          let own = responses + index * grid.count * images
          for (part, window) in windows.enumerated() {
            let target = result + (place.column + index * perFilter + part) * height + place.row
            let below = target + parts * parts * height
            if images == Lanes.scalarCount {
              let sums = rectifiedSums(own, over: window, offset: offset, threshold: threshold)
              for i in 0..<images {
                target[i] += sums.above[i]
                below[i] += sums.below[i]
              }
              continue
            }
            for y in window.rows {
              for x in window.columns {
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

  /// Σ max(z - a, 0) and Σ max(-z - a, 0) over a part, of a full block of images at once.
  private func rectifiedSums(
    _ responses: UnsafePointer<Float>, over window: (rows: Range<Int>, columns: Range<Int>),
    offset: Float, threshold: Float
  ) -> (above: Lanes, below: Lanes) {
    var (above, below) = (Lanes.zero, Lanes.zero)
    let upper = Lanes(repeating: offset + threshold)
    let lower = Lanes(repeating: offset - threshold)
    for y in window.rows {
      let row = UnsafeRawPointer(responses + y * grid.columns * Lanes.scalarCount)
      for x in window.columns {
        let z = row.loadUnaligned(
          fromByteOffset: x * MemoryLayout<Lanes>.stride, as: Lanes.self)
        let (over, under) = (z - upper, lower - z)
        above += over.replacing(with: 0, where: over .< 0)
        below += under.replacing(with: 0, where: under .< 0)
      }
    }
    return (above, below)
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
  /// Patches, one a column, with left and right exchanged.
  fileprivate func mirrored(_ patches: Matrix<Float>) -> Matrix<Float> {
    patches.rows((0..<patchLength).map { $0 + side - 1 - 2 * ($0 % side) })
  }

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
