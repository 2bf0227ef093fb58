import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("A convolution is its formula")
struct ConvolutionTests {
  private func random(_ count: Int, _ stream: inout RandomStream) -> [Double] {
    (0..<count).map { _ in stream.normal() }
  }

  /// What windows do along one line: which position q of the window at place p lies on position i.
  ///
  /// Entry (p, i) is q, or nil. Written from the definition of each padding.
  private func line(_ window: Window, _ length: Int) -> [[Int?]] {
    let (places, before): (Int, Int)
    switch window.padding {
    case .valid: (places, before) = ((length - window.size) / window.stride + 1, 0)
    case .each(let m): (places, before) = ((length + 2 * m - window.size) / window.stride + 1, m)
    case .same:
      places = Int((Double(length) / Double(window.stride)).rounded(.up))
      let needed = (places - 1) * window.stride + window.size
      before = needed > length ? (needed - length) / 2 : 0
    }
    return (0..<places).map { p in
      (0..<length).map { i in
        let q = i - (p * window.stride - before)
        return q >= 0 && q < window.size ? q : nil
      }
    }
  }

  @Test("It is the product with an explicit matrix", arguments: 0..<200)
  func explicitMatrix(_ seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "explicit matrix")
    let size = 1 + stream.integer(below: 4)
    let (channels, filters) = (1 + stream.integer(below: 3), 1 + stream.integer(below: 3))
    // No smaller than the window, so that each padding fits.
    let (height, width) = (size + stream.integer(below: 5), size + stream.integer(below: 5))
    let padding = [Padding.same, .valid, .each(1), .each(size)][seed % 4]
    let layer = Convolution(
      filters, size: size, stride: 1 + stream.integer(below: 3), padding: padding)
    let (rows, columns) = (line(layer.window, height), line(layer.window, width))
    let weights = random(filters * channels * size * size, &stream)
    let bias = random(filters, &stream)
    let area = rows.count * columns.count
    let matrix = Matrix<Double>(rows: filters * area, columns: channels * height * width) {
      let (o, row, column) = ($0 / area, $0 % area / columns.count, $0 % columns.count)
      let (c, i, j) = ($1 / (height * width), $1 % (height * width) / width, $1 % width)
      guard let u = rows[row][i], let v = columns[column][j] else { return 0 }
      return weights[((o * channels + c) * size + u) * size + v]
    }
    let samples = (0..<2).map { _ in random(channels * height * width, &stream) }
    let outputs = LayerOutputs(
      layers: layer.layers, input: .image(channels: channels, height: height, width: width),
      samples: samples, values: [weights, bias])
    for (sample, output) in zip(samples, try outputs.evaluated()) {
      let known = matrix.times(sample)
      let scale = matrix.map { abs($0) }.times(sample.map { abs($0) })
      #expect(output.count == known.count)
      for (index, value) in output.enumerated() {
        let bound = Tolerance.arithmetic.bound(
          Double.self, size: channels * size * size + 1,
          scale: scale[index] + abs(bias[index / area]))
        #expect(abs(value - known[index] - bias[index / area]) <= bound)
      }
    }
    #expect(try outputs.trained() == outputs.evaluated())
  }

  @Test("Filters of one pixel are a dense layer at each pixel", arguments: PropertyCase.all)
  func pixels(_ property: PropertyCase) throws {
    var stream = property.stream("pixels")
    let (channels, filters) = (max(1, property.first), max(1, min(property.second, 10)))
    let (height, width) = (max(1, min(property.third, 5)), 1 + property.seed % 3)
    let values = [random(filters * channels, &stream), random(filters, &stream)]
    let image = random(channels * height * width, &stream)
    let convolved = try LayerOutputs(
      layers: Convolution(filters, size: 1).layers,
      input: .image(channels: channels, height: height, width: width), samples: [image],
      values: values
    ).evaluated()[0]
    let area = height * width
    let dense = try LayerOutputs(
      layers: Dense(filters).layers, input: .vector(channels),
      samples: (0..<area).map { p in (0..<channels).map { image[$0 * area + p] } },
      values: values
    ).evaluated()
    for p in 0..<area {
      for o in 0..<filters {
        let scale = (0..<channels).reduce(abs(values[1][o])) {
          $0 + abs(values[0][o * channels + $1] * image[$1 * area + p])
        }
        #expect(
          abs(convolved[o * area + p] - dense[p][o])
            <= Tolerance.arithmetic.bound(Double.self, size: channels + 1, scale: scale))
      }
    }
  }

  @Test("A filter that is 1 in its middle leaves the image", arguments: [1, 3, 5, 7], 1...6)
  func identity(_ size: Int, _ width: Int) throws {
    var stream = RandomStream(seed: UInt64(width), purpose: "identity", indices: size)
    let image = random(4 * width, &stream)
    var filter = [Double](repeating: 0, count: size * size)
    filter[size * size / 2] = 1
    let outputs = LayerOutputs(
      layers: Convolution(1, size: size, hasBias: false).layers,
      input: .image(channels: 1, height: 4, width: width), samples: [image], values: [filter])
    #expect(try outputs.evaluated() == [image])
  }

  @Test("It correlates: the filter is not turned round")
  func correlation() throws {
    let outputs = LayerOutputs(
      layers: Convolution(1, size: 2, padding: .valid, hasBias: false).layers,
      input: .image(channels: 1, height: 2, width: 3), samples: [[1, 2, 3, 4, 5, 6]],
      values: [[1, 10, 100, 1000]])
    #expect(try outputs.evaluated() == [[5421, 6532]])
  }
}
