internal import LinearAlgebra

/// Mean and variance of each channel c.
struct ChannelMoments<Scalar: LinearAlgebraScalar> {
  /// μ_c.
  let mean: [Scalar]
  /// σ_c², divided by n.
  let variance: [Scalar]
  /// n, the number of values of a channel.
  let count: Int

  /// The moments of a batch over samples and positions.
  ///
  /// The variance is taken from the differences to the mean, so that a large mean costs it nothing.
  init(of x: Activations<Scalar>) {
    let n = x.count * x.shape.area
    let mean = channelSums(x).map { $0 / Scalar(n) }
    let difference = differences(x, to: mean)
    self.mean = mean
    self.variance = channelSums(difference, times: difference).map { $0 / Scalar(n) }
    self.count = n
  }

  /// The moments that running statistics give: a mean and a variance.
  init(mean: [Scalar], variance: [Scalar], count: Int) {
    self.mean = mean
    self.variance = variance
    self.count = count
  }

  /// σ_c² n / (n - 1); with one value a channel, for which it is not defined, σ_c².
  var unbiasedVariance: [Scalar] {
    if count == 1 { return variance }
    let correction = Scalar(count) / Scalar(count - 1)
    return variance.map { correction * $0 }
  }
}

/// The sum of each channel over samples and positions; also the gradient of a bias.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func channelSums<Scalar: LinearAlgebraScalar>(_ values: Activations<Scalar>) -> [Scalar] {
  let (channels, area) = (values.shape.channels, values.shape.area)
  var sums = [Scalar](repeating: 0, count: channels)
  values.withValues { start in
    for j in 0..<values.count {
      for c in 0..<channels { sums[c] += sum(start + (j * channels + c) * area, count: area) }
    }
  }
  return sums
}

/// The sum of the products of two values in each channel over samples and positions.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func channelSums<Scalar: LinearAlgebraScalar>(
  _ values: Activations<Scalar>, times others: Activations<Scalar>
) -> [Scalar] {
  let (channels, area) = (values.shape.channels, values.shape.area)
  var sums = [Scalar](repeating: 0, count: channels)
  values.withValues { x in
    others.withValues { y in
      for j in 0..<values.count {
        for c in 0..<channels {
          let first = (j * channels + c) * area
          sums[c] += dotProduct(x + first, y + first, count: area)
        }
      }
    }
  }
  return sums
}

/// x - μ_c.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func differences<Scalar: LinearAlgebraScalar>(
  _ x: Activations<Scalar>, to mean: [Scalar]
) -> Activations<Scalar> {
  let (channels, area) = (x.shape.channels, x.shape.area)
  var result = x
  result.forEachSample { _, values in
    for c in 0..<channels {
      for p in c * area..<(c + 1) * area { values[p] -= mean[c] }
    }
  }
  return result
}
