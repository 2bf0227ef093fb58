internal import LinearAlgebra

// Legend: x input, y output, dx and dy the loss's gradients with respect to them, W weights
// (outputs × inputs), b bias; j sample, o output, i input.

extension Dense {
  /// y_o = b_o + Σ_i W_oi x_i.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forward<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, parameters: [[Scalar]]
  ) -> Activations<Scalar> {
    let (weights, bias) = (parameters[0], hasBias ? parameters[1] : [])
    let (outputs, inputs) = (outputs, x.shape.count)
    var y = Activations<Scalar>(.vector(outputs), count: x.count)
    y.forEachSample { j, y in
      x.withSample(j) { x in
        weights.withUnsafeBufferPointer { buffer in
          let w = address(of: buffer)
          for o in 0..<outputs {
            let b = hasBias ? bias[o] : 0
            y[o] = b + dotProduct(w + o * inputs, x, count: inputs)
          }
        }
      }
    }
    return y
  }

  /// dx_i = Σ_o W_oi dy_o.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func inputGradient<Scalar: LinearAlgebraScalar>(
    _ dy: Activations<Scalar>, parameters: [[Scalar]], input: TensorShape
  ) -> Activations<Scalar> {
    let weights = parameters[0]
    let (outputs, inputs) = (outputs, input.count)
    var dx = Activations<Scalar>(input, count: dy.count)
    dx.forEachSample { j, dx in
      dy.withSample(j) { dy in
        weights.withUnsafeBufferPointer { buffer in
          let w = address(of: buffer)
          for o in 0..<outputs {
            addMultiple(dy[o], of: w + o * inputs, to: dx, count: inputs)
          }
        }
      }
    }
    return dx
  }

  /// dW_oi = Σ_j dy_jo x_ji and db_o = Σ_j dy_jo.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func parameterGradient<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, _ dy: Activations<Scalar>
  ) -> [[Scalar]] {
    let (outputs, inputs, samples) = (outputs, x.shape.count, x.count)
    var weights = [Scalar](repeating: 0, count: outputs * inputs)
    forEachPart(of: &weights, count: outputs) { o, row in
      x.withValues { x in
        dy.withValues { dy in
          for j in 0..<samples {
            addMultiple(dy[j * outputs + o], of: x + j * inputs, to: row, count: inputs)
          }
        }
      }
    }
    return hasBias ? [weights, channelSums(dy)] : [weights]
  }
}
