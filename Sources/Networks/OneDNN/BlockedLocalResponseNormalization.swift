internal import LinearAlgebra
private import RealModule

/// Local response normalisation of channels that lie in blocks, forward and backward.
///
/// oneDNN 2 has fast code for five neighbours only, unless there is AVX-512. A position's channels are gathered into a short
/// array with zeros at its ends, where the sum over neighbours is a loop that vectorises.
struct BlockedLocalResponseNormalization {
  let operation: LocalResponseNormalization
  let channels: Int
  /// Channels with those that fill the last block; these stay zero.
  let paddedChannels: Int
  let block: Int
  let area: Int

  init(
    _ operation: LocalResponseNormalization, shape: TensorShape, layout: TensorLayout,
    order: TensorLayout.Order
  ) {
    self.operation = operation
    channels = shape.channels
    paddedChannels = layout.paddedChannels
    block = order.block(of: shape.channels)
    area = shape.area
  }

  private func forEachBlock(_ body: (_ first: Int, _ count: Int, _ offset: Int) -> Void) {
    var first = 0
    while first < channels {
      body(first, min(block, channels - first), first / block * block * area)
      first += block
    }
  }

  /// target_c ← s_c^-β.
  private func powers(
    of s: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>
  ) {
    if operation.beta == 0.75 {
      for c in 0..<channels {
        let root = (1 / s[c]).squareRoot()
        target[c] = root * root.squareRoot()
      }
    } else {
      for c in 0..<channels { target[c] = Float.pow(s[c], Float(-operation.beta)) }
    }
  }

  /// sum_c ← Σ_{|j - c| ≤ r} x_j, from values with r zeros before and after, which are lost.
  ///
  /// Sums over 1, 2, 4, ... neighbours are doubled in place; those of the binary digits of 2r + 1
  /// make up the window.
  private func windowSums(
    of padded: UnsafeMutablePointer<Float>, to sum: UnsafeMutablePointer<Float>
  ) {
    let window = 2 * operation.radius + 1
    for c in 0..<channels { sum[c] = padded[c] }
    var (length, covered) = (1, 1)
    while covered < window {
      for c in 0..<channels + window - 2 * length { padded[c] += padded[c + length] }
      length *= 2
      if window & length != 0 {
        let part = padded + covered
        for c in 0..<channels { sum[c] += part[c] }
        covered += length
      }
    }
  }

  /// y_c = x_c s_c^-β.
  func forward(
    _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, images: Int, threads: Int
  ) {
    let (bias, alpha, radius) = (Float(operation.bias), Float(operation.alpha), operation.radius)
    OpenMP.inParallel(count: images * area, threads: threads) { positions in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * channels + 2 * radius) { room in
        guard let padded = room.baseAddress else { return }
        let scale = padded + channels + 2 * radius
        for position in positions {
          padded.initialize(repeating: 0, count: channels + 2 * radius)
          let start = start(of: position)
          forEachBlock { first, count, offset in
            for c in 0..<count {
              let value = x[start + offset + c]
              padded[radius + first + c] = value * value
            }
          }
          windowSums(of: padded, to: scale)
          for c in 0..<channels { scale[c] = bias + alpha * scale[c] }
          powers(of: scale, to: scale)
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
    let (bias, alpha, radius) = (Float(operation.bias), Float(operation.alpha), operation.radius)
    let factor = Float(2 * operation.alpha * operation.beta)
    let width = channels + 2 * radius
    OpenMP.inParallel(count: images * area, threads: threads) { positions in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * width + 4 * channels) { room in
        guard let squares = room.baseAddress else { return }
        let products = squares + width
        let (value, slope) = (products + width, products + width + channels)
        let (scale, share) = (slope + channels, slope + 2 * channels)
        for position in positions {
          squares.initialize(repeating: 0, count: 2 * width)
          let start = start(of: position)
          forEachBlock { first, count, offset in
            for c in 0..<count {
              value[first + c] = x[start + offset + c]
              slope[first + c] = dy[start + offset + c]
            }
          }
          for c in 0..<channels { squares[radius + c] = value[c] * value[c] }
          windowSums(of: squares, to: scale)
          for c in 0..<channels { scale[c] = bias + alpha * scale[c] }
          powers(of: scale, to: share)
          for c in 0..<channels {
            slope[c] *= share[c]
            products[radius + c] = slope[c] * value[c] / scale[c]
          }
          windowSums(of: products, to: scale)
          forEachBlock { first, count, offset in
            for c in 0..<count {
              dx[start + offset + c] =
                slope[first + c] - factor * value[first + c] * scale[first + c]
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
