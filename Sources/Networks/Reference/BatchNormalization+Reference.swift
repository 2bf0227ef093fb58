internal import LinearAlgebra

// Legend: x input, y output, dx and dy the loss's gradients with respect to them; c channel, n the
// number of values of a channel (samples × positions), μ and σ² its mean and variance,
// x̂ = (x - μ_c) / √(σ_c² + ε), γ scale, β shift.

extension BatchNormalization {
  /// y = γ_c x̂ + β_c.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forward<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, _ moments: ChannelMoments<Scalar>, parameters: [[Scalar]]
  ) -> Activations<Scalar> {
    var y = normalized(x, moments)
    guard learnsScaleAndShift else { return y }
    let (scale, shift) = (parameters[0], parameters[1])
    let (channels, area) = (x.shape.channels, x.shape.area)
    y.forEachSample { _, y in
      for c in 0..<channels {
        for p in c * area..<(c + 1) * area { y[p] = scale[c] * y[p] + shift[c] }
      }
    }
    return y
  }

  /// dx = γ_c / √(σ_c² + ε) · (dy - Σ dy / n - x̂ · Σ dy x̂ / n), sums over the channel.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func inputGradient<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, _ moments: ChannelMoments<Scalar>, _ dy: Activations<Scalar>,
    parameters: [[Scalar]]
  ) -> Activations<Scalar> {
    let n = Scalar(x.count * x.shape.area)
    let normalized = normalized(x, moments)
    let (sums, products) = (channelSums(dy), channelSums(dy, times: normalized))
    let inverse = inverseDeviations(moments)
    let (channels, area) = (x.shape.channels, x.shape.area)
    var dx = dy
    dx.forEachSample { j, dx in
      normalized.withSample(j) { normalized in
        for c in 0..<channels {
          let factor = inverse[c] * (learnsScaleAndShift ? parameters[0][c] : 1)
          let (mean, slope) = (sums[c] / n, products[c] / n)
          for p in c * area..<(c + 1) * area {
            dx[p] = factor * (dx[p] - mean - normalized[p] * slope)
          }
        }
      }
    }
    return dx
  }

  /// dγ_c = Σ dy x̂ and dβ_c = Σ dy over the channel.
  func parameterGradient<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, _ moments: ChannelMoments<Scalar>, _ dy: Activations<Scalar>
  ) -> [[Scalar]] {
    [channelSums(dy, times: normalized(x, moments)), channelSums(dy)]
  }

  /// r ← decay · r + (1 - decay) · s.
  func followed<Scalar: LinearAlgebraScalar>(
    _ running: [Scalar], by statistics: [Scalar]
  ) -> [Scalar] {
    let (kept, taken) = (Scalar(decay), Scalar(1 - decay))
    return zip(running, statistics).map { kept * $0 + taken * $1 }
  }

  /// x̂.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func normalized<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, _ moments: ChannelMoments<Scalar>
  ) -> Activations<Scalar> {
    let (mean, inverse) = (moments.mean, inverseDeviations(moments))
    let (channels, area) = (x.shape.channels, x.shape.area)
    var result = x
    result.forEachSample { _, values in
      for c in 0..<channels {
        for p in c * area..<(c + 1) * area { values[p] = (values[p] - mean[c]) * inverse[c] }
      }
    }
    return result
  }

  /// 1 / √(σ_c² + ε).
  private func inverseDeviations<Scalar: LinearAlgebraScalar>(
    _ moments: ChannelMoments<Scalar>
  ) -> [Scalar] {
    moments.variance.map { 1 / ($0 + Scalar(epsilon)).squareRoot() }
  }
}
