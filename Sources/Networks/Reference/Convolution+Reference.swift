internal import LinearAlgebra

// Legend: x input, y output, dx and dy the loss's gradients with respect to them, W filters
// (filters × channels × rows × columns), b bias; j sample, o filter, c channel, p a place of the
// window, q a position in it, s the stride. The input's position under (p, q) is s p + q - margin.

extension Convolution {
  /// y_o(p) = b_o + Σ_c Σ_q W_oc(q) x_c(s p + q - margin), zeros outside.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forward<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, parameters: [[Scalar]], output: TensorShape
  ) -> Activations<Scalar> {
    let (weights, bias) = (parameters[0], hasBias ? parameters[1] : [])
    let (filters, stride, area) = (filters, window.stride, output.area)
    let overlaps = WindowRows(window, input: x.shape, output: output)
    var y = Activations<Scalar>(output, count: x.count)
    y.forEachSample { j, y in
      x.withSample(j) { x in
        if hasBias {
          for o in 0..<filters {
            for p in 0..<area { y[o * area + p] = bias[o] }
          }
        }
        overlaps.forEachRow(filters: filters) { weight, input, output, count in
          addMultiple(
            weights[weight], of: x + input, every: stride, to: y + output, every: 1, count: count)
        }
      }
    }
    return y
  }

  /// dx_c(s p + q - margin) = Σ_o Σ_{p, q} W_oc(q) dy_o(p) over all p, q that meet there.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func inputGradient<Scalar: LinearAlgebraScalar>(
    _ dy: Activations<Scalar>, parameters: [[Scalar]], input: TensorShape
  ) -> Activations<Scalar> {
    let weights = parameters[0]
    let (filters, stride) = (filters, window.stride)
    let overlaps = WindowRows(window, input: input, output: dy.shape)
    var dx = Activations<Scalar>(input, count: dy.count)
    dx.forEachSample { j, dx in
      dy.withSample(j) { dy in
        overlaps.forEachRow(filters: filters) { weight, input, output, count in
          addMultiple(
            weights[weight], of: dy + output, every: 1, to: dx + input, every: stride, count: count)
        }
      }
    }
    return dx
  }

  /// dW_oc(q) = Σ_j Σ_p dy_jo(p) x_jc(s p + q - margin) and db_o = Σ_j Σ_p dy_jo(p).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func parameterGradient<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, _ dy: Activations<Scalar>
  ) -> [[Scalar]] {
    let (filters, stride, samples) = (filters, window.stride, x.count)
    let (inputCount, outputCount, area) = (x.shape.count, dy.shape.count, dy.shape.area)
    let overlaps = WindowRows(window, input: x.shape, output: dy.shape)
    let filterCount = x.shape.channels * window.size * window.size
    var weights = [Scalar](repeating: 0, count: filters * filterCount)
    // Each filter is one thread's, and its samples are added in their order.
    forEachPart(of: &weights, count: filters) { o, dW in
      x.withValues { x in
        dy.withValues { dy in
          for j in 0..<samples {
            let (x, dy) = (x + j * inputCount, dy + j * outputCount + o * area)
            overlaps.forEachRow(filters: 1) { weight, input, output, count in
              dW[weight] += dotProduct(x + input, every: stride, dy + output, count: count)
            }
          }
        }
      }
    }
    return hasBias ? [weights, channelSums(dy)] : [weights]
  }
}
