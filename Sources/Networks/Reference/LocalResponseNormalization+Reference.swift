internal import LinearAlgebra
private import RealModule

// Legend: x input, y output, dx and dy the loss's gradients with respect to them; c and j channels
// at one position, s_c = k + α Σ_{|j - c| ≤ r} x_j².

extension LocalResponseNormalization {
  /// y_c = x_c s_c^-β.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forward<Scalar: LinearAlgebraScalar>(_ x: Activations<Scalar>) -> Activations<Scalar> {
    let sums = neighbourSums(x)
    let beta = Scalar(beta)
    let count = x.shape.count
    var y = x
    y.forEachSample { j, y in
      sums.withSample(j) { s in
        for i in 0..<count { y[i] *= Scalar.pow(s[i], -beta) }
      }
    }
    return y
  }

  /// dx_c = dy_c s_c^-β - 2 α β x_c Σ_{|j - c| ≤ r} dy_j x_j s_j^(-β - 1).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func backward<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, _ dy: Activations<Scalar>
  ) -> Activations<Scalar> {
    let sums = neighbourSums(x)
    let (alpha, beta) = (Scalar(alpha), Scalar(beta))
    let (channels, area) = (x.shape.channels, x.shape.area)
    var dx = Activations<Scalar>(x.shape, count: x.count)
    dx.forEachSample { sample, dx in
      x.withSample(sample) { x in
        dy.withSample(sample) { dy in
          sums.withSample(sample) { s in
            for j in 0..<channels {
              for p in 0..<area {
                let power = Scalar.pow(s[j * area + p], -beta)
                let own = dy[j * area + p] * power
                let common = own * x[j * area + p] / s[j * area + p]
                dx[j * area + p] += own
                for c in neighbours(of: j, channels: channels) {
                  dx[c * area + p] -= 2 * alpha * beta * x[c * area + p] * common
                }
              }
            }
          }
        }
      }
    }
    return dx
  }

  /// s_c at each position.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func neighbourSums<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>
  ) -> Activations<Scalar> {
    let (bias, alpha) = (Scalar(bias), Scalar(alpha))
    let (channels, area) = (x.shape.channels, x.shape.area)
    var sums = Activations<Scalar>(x.shape, count: x.count)
    sums.forEachSample { sample, s in
      x.withSample(sample) { x in
        for c in 0..<channels {
          for p in 0..<area {
            var total: Scalar = 0
            for j in neighbours(of: c, channels: channels) {
              total += x[j * area + p] * x[j * area + p]
            }
            s[c * area + p] = bias + alpha * total
          }
        }
      }
    }
    return sums
  }

  /// The channels that are no farther than r.
  private func neighbours(of channel: Int, channels: Int) -> ClosedRange<Int> {
    max(0, channel - radius)...min(channels - 1, channel + radius)
  }
}
