internal import LinearAlgebra

extension Dropout {
  /// y = m x with the mask m of the batch; backward the same, dx = m dy.
  ///
  /// The mask is drawn again on the way back: its name gives the same numbers.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func apply<Scalar: LinearAlgebraScalar>(
    to x: Activations<Scalar>, node: Int, batch: Batch
  ) -> Activations<Scalar> {
    var y = Activations<Scalar>(x.shape, count: x.count)
    y.withMutableValues { writeMask(to: $0, node: node, batch: batch) }
    x.withValues { x in
      y.withMutableValues { y in
        for i in y.indices { y[i] *= x[i] }
      }
    }
    return y
  }
}
