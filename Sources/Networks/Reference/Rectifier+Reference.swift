internal import LinearAlgebra

extension Rectifier {
  /// y = max(x, 0).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forward<Scalar: LinearAlgebraScalar>(_ x: Activations<Scalar>) -> Activations<Scalar> {
    var y = x
    y.withMutableValues { y in
      for i in y.indices { y[i] = max(y[i], 0) }
    }
    return y
  }

  /// dx = dy where x > 0, otherwise 0; so the gradient at the kink is 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func backward<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, _ dy: Activations<Scalar>
  ) -> Activations<Scalar> {
    var dx = dy
    x.withValues { x in
      dx.withMutableValues { dx in
        for i in dx.indices where x[i] <= 0 { dx[i] = 0 }
      }
    }
    return dx
  }
}
