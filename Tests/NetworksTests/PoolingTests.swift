import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("Pooling takes the largest, or the mean, of what lies in the image")
struct PoolingTests {
  /// The values under each place of a window, from the definition of the margins.
  private func windows(
    _ window: Window, _ image: [Double], channels: Int, height: Int, width: Int
  ) -> [[Double]] {
    let (top, left) = (window.margins(on: height).before, window.margins(on: width).before)
    var result: [[Double]] = []
    for c in 0..<channels {
      for row in 0..<window.places(on: height) {
        for column in 0..<window.places(on: width) {
          var values: [Double] = []
          for u in 0..<height where (0..<window.size).contains(u - row * window.stride + top) {
            for v in 0..<width where (0..<window.size).contains(v - column * window.stride + left) {
              values.append(image[(c * height + u) * width + v])
            }
          }
          result.append(values)
        }
      }
    }
    return result
  }

  @Test("Random images by definition", arguments: 0..<200)
  func definition(_ seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "pooling")
    let size = 1 + stream.integer(below: 4)
    let (height, width) = (size + stream.integer(below: 5), size + stream.integer(below: 5))
    let channels = 1 + stream.integer(below: 3)
    let stride = 1 + stream.integer(below: 3)
    let padding: Padding = [.same, .valid, .each(size - 1)][seed % 3]
    let shape = TensorShape.image(channels: channels, height: height, width: width)
    // All below 0, so that a zero from outside would be the largest.
    let images = (0..<2).map { _ in (0..<shape.count).map { _ in -1 - stream.uniform() } }
    let largest = LayerOutputs(
      layers: MaxPooling(size: size, stride: stride, padding: padding).layers, input: shape,
      samples: images)
    let average = LayerOutputs(
      layers: AveragePooling(size: size, stride: stride, padding: padding).layers, input: shape,
      samples: images)
    let window = Window(size: size, stride: stride, padding: padding)
    let (largestValues, averages) = (try largest.evaluated(), try average.evaluated())
    for (j, image) in images.enumerated() {
      let windows = windows(window, image, channels: channels, height: height, width: width)
      #expect(largestValues[j] == windows.map { $0.max() })
      #expect(averages[j].count == windows.count)
      for (value, window) in zip(averages[j], windows) {
        let mean = window.reduce(0, +) / Double(window.count)
        #expect(
          abs(value - mean)
            <= Tolerance.arithmetic.bound(Double.self, size: window.count + 1, scale: 2))
      }
    }
    #expect(try largest.trained() == largestValues)
    #expect(try average.trained() == averages)
  }

  @Test("Averages by hand: a corner of a padded window counts its own values only")
  func byHand() throws {
    let outputs = LayerOutputs(
      layers: AveragePooling(size: 3, stride: 2, padding: .each(1)).layers,
      input: .image(channels: 1, height: 3, width: 3), samples: [[1, 2, 3, 4, 5, 6, 7, 8, 9]])
    #expect(try outputs.evaluated() == [[3, 4, 6, 7]])
    let channels = LayerOutputs(
      layers: GlobalAveragePooling().layers, input: .image(channels: 2, height: 1, width: 4),
      samples: [[1, 2, 3, 6, -1, -1, -1, -5], [0, 0, 0, 4, 1, 1, 1, 1]])
    #expect(try channels.evaluated() == [[3, -2], [1, 1]])
  }

  @Test("Of equal values the first one takes the gradient, row after row")
  func ties() throws {
    // The filter of a convolution on one pixel of 1, margins 1: its weights, turned round, are the
    // image [0, 7; 7, 7], and the first 7 is weight 2.
    let graph = try NetworkGraph(
      Architecture("ties", input: .image(channels: 1, height: 1, width: 1)) {
        Convolution(1, size: 2, padding: .each(1), hasBias: false)
        MaxPooling(size: 2, stride: 1, padding: .valid)
        Flatten()
        Dense(1, hasBias: false)
      })
    let engine = ReferenceEngine<Double>(
      graph, loss: .squared, batchSize: 1,
      parameters: NetworkParameters(values: [[7, 7, 7, 0], [1]], statistics: []))
    let (score, gradient) = engine.gradient(Batch(labels: [0]), fill: filling([1]))
    #expect(score.loss == 18)
    #expect(gradient == [[0, 0, 6, 0], [42]])
  }
}
