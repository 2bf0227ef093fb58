private import RealModule

/// Local response normalisation of channels that lie in blocks, forward and backward.
///
/// oneDNN 2 has fast code for five neighbours only. A position's channels are gathered into a short
/// array with zeros at its ends, where the sum over neighbours is a loop that vectorises.
struct BlockedLocalResponseNormalization {
  let operation: LocalResponseNormalization
  let channels: Int
  /// Channels with those that fill the last block; these stay zero.
  let paddedChannels: Int
  let block: Int
  let area: Int

  init(_ operation: LocalResponseNormalization, shape: TensorShape, layout: TensorLayout) {
    self.operation = operation
    channels = shape.channels
    paddedChannels = layout.paddedChannels
    block = layout.channelBlock
    area = shape.area
  }

  private func forEachBlock(_ body: (_ first: Int, _ count: Int, _ offset: Int) -> Void) {
    var first = 0
    while first < channels {
      body(first, min(block, channels - first), first / block * block * area)
      first += block
    }
  }

  /// s^-β.
  private func power(_ s: Float) -> Float {
    if operation.beta == 0.75 {
      let root = (1 / s).squareRoot()
      return root * root.squareRoot()
    }
    return Float.pow(s, Float(-operation.beta))
  }

  /// s_c = k + α Σ_{|j - c| ≤ r} x_j², from squares with r zeros before and after.
  private func scales(
    _ squares: UnsafeMutablePointer<Float>, to scale: UnsafeMutablePointer<Float>
  ) {
    let (bias, alpha) = (Float(operation.bias), Float(operation.alpha))
    for c in 0..<channels { scale[c] = squares[c] }
    for j in 1..<2 * operation.radius + 1 {
      for c in 0..<channels { scale[c] += squares[c + j] }
    }
    for c in 0..<channels { scale[c] = bias + alpha * scale[c] }
  }

  /// y_c = x_c s_c^-β.
  func forward(
    _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, images: Int, threads: Int
  ) {
    let radius = operation.radius
    OneDNN.inParallel(count: images * area, threads: threads) { positions in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * channels + 2 * radius) { room in
        guard let padded = room.baseAddress else { return }
        padded.initialize(repeating: 0, count: room.count)
        let scale = padded + channels + 2 * radius
        for position in positions {
          let start = start(of: position)
          forEachBlock { first, count, offset in
            for c in 0..<count {
              let value = x[start + offset + c]
              padded[radius + first + c] = value * value
            }
          }
          scales(padded, to: scale)
          for c in 0..<channels { scale[c] = power(scale[c]) }
          forEachBlock { first, count, offset in
            for c in 0..<count { y[start + offset + c] = x[start + offset + c] * scale[first + c] }
            for c in count..<block where first + c < paddedChannels { y[start + offset + c] = 0 }
          }
        }
      }
    }
  }

  /// dx_c = dy_c s_c^-β - 2 α β x_c Σ_{|j - c| ≤ r} dy_j x_j s_j^(-β-1).
  func backward(
    _ x: UnsafePointer<Float>, resultGradient dy: UnsafePointer<Float>,
    to dx: UnsafeMutablePointer<Float>, images: Int, threads: Int
  ) {
    let radius = operation.radius
    let factor = Float(2 * operation.alpha * operation.beta)
    let width = channels + 2 * radius
    OneDNN.inParallel(count: images * area, threads: threads) { positions in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * width + 3 * channels) { room in
        guard let squares = room.baseAddress else { return }
        squares.initialize(repeating: 0, count: room.count)
        let products = squares + width
        let (value, slope) = (products + width, products + width + channels)
        let scale = slope + channels
        for position in positions {
          let start = start(of: position)
          forEachBlock { first, count, offset in
            for c in 0..<count {
              value[first + c] = x[start + offset + c]
              slope[first + c] = dy[start + offset + c]
            }
          }
          for c in 0..<channels { squares[radius + c] = value[c] * value[c] }
          scales(squares, to: scale)
          for c in 0..<channels {
            let share = power(scale[c])
            products[radius + c] = slope[c] * value[c] * share / scale[c]
            slope[c] *= share
          }
          for c in 0..<channels { scale[c] = products[c] }
          for j in 1..<2 * radius + 1 {
            for c in 0..<channels { scale[c] += products[c + j] }
          }
          forEachBlock { first, count, offset in
            for c in 0..<count {
              dx[start + offset + c] = slope[first + c] - factor * value[first + c] * scale[first + c]
            }
            for c in count..<block where first + c < paddedChannels { dx[start + offset + c] = 0 }
          }
        }
      }
    }
  }

  /// Where the first channel of a position lies.
  private func start(of position: Int) -> Int {
    position / area * paddedChannels * area + position % area * block
  }
}
