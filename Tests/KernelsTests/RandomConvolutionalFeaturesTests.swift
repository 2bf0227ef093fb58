import Kernels
import LinearAlgebra
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("Random convolutional features")
struct RandomConvolutionalFeaturesTests {
  /// A layer of hostile proportions, and images for it.
  private struct Problem {
    let images: Matrix<Float>
    let layer: RandomConvolutionalFeatures

    init(_ test: PropertyCase, filters: Int? = nil, seedShift: UInt64 = 0) throws {
      var stream = test.stream("layer")
      let (height, width) = (3 + stream.integer(below: 7), 3 + stream.integer(below: 7))
      let channels = 1 + stream.integer(below: 3)
      let side = 1 + stream.integer(below: min(height, width) - 1)
      let step = 1 + stream.integer(below: 2)
      let places = (min(height, width) - side) / step + 1
      let configuration = RandomConvolutionalFeatures.Configuration(
        filters: filters ?? max(1, test.second),
        source: stream.integer(below: 2) == 0 ? .patches : .gaussian, side: side, stride: step,
        threshold: [0, 0.25, 1][stream.integer(below: 3)], parts: min(places, 1 + test.third % 3),
        contrastFloor: 0.01, whiteningPatches: 1 + stream.integer(below: 60),
        seed: UInt64(test.seed) + seedShift)
      images = Matrix(rows: max(1, test.first), columns: channels * height * width) { _, _ in
        Float(stream.uniform())
      }
      layer = try RandomConvolutionalFeatures(
        configuration, images: images, height: height, width: width, channels: channels)
    }

    /// The same in `Double`, patch after patch, from the formula.
    func plainFeatures(image: Int) -> [Double] {
      let (grid, configuration) = (layer.grid, layer.configuration)
      let parts = configuration.parts
      var result: [Double] = []
      for filter in 0..<configuration.filters {
        var above = [Double](repeating: 0, count: parts * parts)
        var below = above
        for part in 0..<parts * parts {
          let rows = part / parts * grid.rows / parts..<(part / parts + 1) * grid.rows / parts
          let columns =
            part % parts * grid.columns / parts..<(part % parts + 1) * grid.columns / parts
          for row in rows {
            for column in columns {
              let z = response(image: image, filter: filter, row: row, column: column)
              above[part] += max(z - configuration.threshold, 0)
              below[part] += max(-z - configuration.threshold, 0)
            }
          }
        }
        result += above + below
      }
      return result
    }

    private func response(image: Int, filter: Int, row: Int, column: Int) -> Double {
      let grid = layer.grid
      var values: [Double] = []
      for channel in 0..<grid.channels {
        for down in 0..<grid.side {
          for right in 0..<grid.side {
            let (y, x) = (row * grid.stride + down, column * grid.stride + right)
            values.append(Double(images[image, (channel * grid.height + y) * grid.width + x]))
          }
        }
      }
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      let contrast = (variance + layer.configuration.contrastFloor).squareRoot()
      let products = values.enumerated().map {
        Double(layer.filters[$0, filter]) * ($1 - mean) / contrast
      }
      return products.reduce(0, +) - Double(layer.offsets[filter])
    }

    /// How far `Float` may lie from `Double`: a response is a product of at most
    /// max √Σg² · √L / σ, and a feature a sum over the places.
    var tolerance: Double {
      let grid = layer.grid
      let length =
        (0..<layer.configuration.filters).map { filter in
          euclideanNorm(layer.filters.column(filter).map { Double($0) })
        }.max() ?? 0
      let scale =
        length * (Double(grid.patchLength) / layer.configuration.contrastFloor).squareRoot() + 1
      return Tolerance.arithmetic.bound(
        Float.self, size: grid.patchLength + 8, scale: scale * Double(grid.count))
    }
  }

  @Test("features are those of the formula, patch after patch", arguments: PropertyCase.all)
  func formula(test: PropertyCase) throws {
    let problem = try Problem(test, filters: min(max(1, test.second), 5))
    let features = problem.layer(problem.images)
    #expect(features.rows == problem.images.rows)
    #expect(features.columns == problem.layer.configuration.featureCount)
    for image in [0, problem.images.rows - 1] {
      let expected = problem.plainFeatures(image: image)
      let largest = zip(features.row(image), expected).map { abs(Double($0) - $1) }.max() ?? 0
      #expect(largest <= problem.tolerance)
    }
  }

  @Test(
    "blocks of images and of filters give the features of the whole", arguments: PropertyCase.all)
  func streamed(test: PropertyCase) throws {
    let problem = try Problem(test)
    let (layer, images) = (problem.layer, problem.images)
    let whole = layer(images)
    let (rows, filters) = (
      images.rows / 3..<images.rows, layer.configuration.filters / 2..<layer.configuration.filters
    )
    let block = layer(images, rows: rows, filters: filters)
    let perFilter = layer.configuration.featuresPerFilter
    let expected = whole.rows(rows).columns(filters.lowerBound * perFilter..<whole.columns)
    #expect(Double((block - expected).largestAbsoluteEntry) <= problem.tolerance)
  }

  @Test("many images and filters go through in several blocks")
  func severalBlocks() throws {
    let problem = try Problem(PropertyCase(seed: 6), filters: 270)
    #expect(problem.images.rows > 40)
    let expected = problem.plainFeatures(image: 40)
    let found = problem.layer(problem.images).row(40)
    let largest = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(largest <= problem.tolerance)
  }

  @Test("fewer filters are the first of more", arguments: PropertyCase.all.prefix(200))
  func nested(test: PropertyCase) throws {
    let few = try Problem(test, filters: 3).layer
    let many = try Problem(test, filters: 8).layer
    let width = few.configuration.featuresPerFilter * 3
    let scale = Tolerance.arithmetic.bound(
      Float.self, size: few.grid.patchLength, scale: Double(many.filters.largestAbsoluteEntry) + 1)
    let filters = few.filters - many.filters.columns(0..<3)
    #expect(Double(filters.largestAbsoluteEntry) <= scale)
    let problem = try Problem(test, filters: 8)
    let difference = few(problem.images) - many(problem.images).columns(0..<width)
    #expect(Double(difference.largestAbsoluteEntry) <= 2 * problem.tolerance)
  }

  @Test("the parts of an image add up to the whole of it", arguments: PropertyCase.all.prefix(200))
  func pooling(test: PropertyCase) throws {
    let problem = try Problem(test, filters: 2)
    let layer = problem.layer
    var configuration = layer.configuration
    let parts = configuration.parts * configuration.parts
    configuration.parts = 1
    let whole = try RandomConvolutionalFeatures(
      configuration, images: problem.images, height: layer.grid.height, width: layer.grid.width,
      channels: layer.grid.channels)(problem.images)
    let features = layer(problem.images)
    for column in 0..<whole.columns {
      for image in 0..<whole.rows {
        let sum = (column * parts..<(column + 1) * parts).reduce(Float(0)) {
          $0 + features[image, $1]
        }
        #expect(abs(Double(sum - whole[image, column])) <= 2 * problem.tolerance)
      }
    }
  }

  @Test("without a threshold the sides' difference turns round with the image", arguments: 0..<200)
  func oddSymmetry(seed: Int) throws {
    let test = PropertyCase(seed: seed)
    let problem = try Problem(test, filters: 3)
    let grid = problem.layer.grid
    var configuration = problem.layer.configuration
    (configuration.threshold, configuration.parts) = (0, 1)
    let layer = try RandomConvolutionalFeatures(
      configuration, images: problem.images, height: grid.height, width: grid.width,
      channels: grid.channels)
    let features = layer(problem.images)
    let negatives = layer(problem.images.map { 1 - $0 })
    for filter in 0..<3 {
      // z = r - o becomes -r - o.
      let shift = 2 * Double(layer.offsets[filter]) * Double(grid.count)
      for image in 0..<features.rows {
        let sum =
          features[image, 2 * filter] - features[image, 2 * filter + 1]
          + negatives[image, 2 * filter]
          - negatives[image, 2 * filter + 1]
        #expect(abs(Double(sum) + shift) <= 4 * problem.tolerance)
      }
    }
  }

  @Test("mirrored features are those of an image and of its mirror image", arguments: 0..<200)
  func mirrored(seed: Int) throws {
    let problem = try Problem(PropertyCase(seed: seed), filters: 1 + seed % 4)
    let grid = problem.layer.grid
    var configuration = problem.layer.configuration
    configuration.stride = 1
    configuration.parts = min(configuration.parts, grid.height - grid.side + 1)
    func layer() throws -> RandomConvolutionalFeatures {
      try RandomConvolutionalFeatures(
        configuration, images: problem.images, height: grid.height, width: grid.width,
        channels: grid.channels)
    }
    let mirrorImages = problem.images.columns(
      at: (0..<grid.imageLength).map { $0 + grid.width - 1 - 2 * ($0 % grid.width) })
    let plain = try layer()
    let expected = plain(problem.images) + plain(mirrorImages)
    configuration.isMirrored = true
    let mirrored = try layer()
    let found = mirrored(problem.images)
    // With a stride of 1 there are at most 4 times the places that the tolerance counts.
    let bound = 8 * problem.tolerance
    #expect(Double((found - expected).largestAbsoluteEntry) <= bound)
    #expect(Double((found - mirrored(mirrorImages)).largestAbsoluteEntry) <= bound)
  }

  @Test("a power is taken of the sums", arguments: [0.5, 0.7, 2])
  func power(exponent: Double) throws {
    for seed in 0..<70 {
      let problem = try Problem(PropertyCase(seed: seed), filters: 3)
      let grid = problem.layer.grid
      var configuration = problem.layer.configuration
      configuration.exponent = exponent
      let raised = try RandomConvolutionalFeatures(
        configuration, images: problem.images, height: grid.height, width: grid.width,
        channels: grid.channels)(problem.images)
      for (found, plain) in zip(raised.elements, problem.layer(problem.images).elements) {
        let expected = Double.pow(Double(plain), exponent)
        let bound = Tolerance.arithmetic.bound(Float.self, size: 8, scale: expected)
        #expect(abs(Double(found) - expected) <= bound)
      }
    }
  }

  @Test("an image of one colour has the offsets for responses")
  func constant() throws {
    let problem = try Problem(PropertyCase(seed: 5), filters: 4)
    let (layer, grid) = (problem.layer, problem.layer.grid)
    let flat = Matrix<Float>(rows: 1, columns: grid.imageLength, repeating: 0.5)
    let features = layer(flat)
    let (parts, threshold) = (layer.configuration.parts, Float(layer.configuration.threshold))
    for filter in 0..<4 {
      let first = filter * 2 * parts * parts
      let sum = (0..<parts * parts).reduce(Float(0)) { $0 + features[0, first + $1] }
      let expected = Float(grid.count) * max(-layer.offsets[filter] - threshold, 0)
      #expect(abs(Double(sum - expected)) <= problem.tolerance)
    }
  }

  @Test("draws are named by the seed, and filters have the mean 0")
  func seeds() throws {
    for seed in 0..<20 {
      let test = PropertyCase(seed: seed)
      let layer = try Problem(test, filters: 5).layer
      #expect(try layer == Problem(test, filters: 5).layer)
      #expect(
        try layer.filters != Problem(test, filters: 5, seedShift: 1000).layer.filters
          || layer.grid.patchLength == 1)
      for filter in 0..<5 {
        let column = layer.filters.column(filter).map { Double($0) }
        let bound = Tolerance.arithmetic.bound(
          Float.self, size: column.count, scale: euclideanNorm(column) + 1)
        #expect(abs(column.reduce(0, +)) <= bound)
      }
    }
  }
}
