internal import LinearAlgebra

/// The channels of several values, one after another.
enum Concatenation {
  /// Each sample's values of the first input, then of the second, and so on.
  static func forward<Scalar: LinearAlgebraScalar>(
    _ inputs: [Activations<Scalar>], output: TensorShape
  ) -> Activations<Scalar> {
    var y = Activations<Scalar>(output, count: inputs[0].count)
    y.forEachSample { j, y in
      var start = y
      for x in inputs {
        x.withSample(j) { start.update(from: $0, count: x.shape.count) }
        start += x.shape.count
      }
    }
    return y
  }

  /// Each input's part of the gradient.
  static func backward<Scalar: LinearAlgebraScalar>(
    _ dy: Activations<Scalar>, inputs: [TensorShape]
  ) -> [Activations<Scalar>] {
    var first = 0
    return inputs.map { shape in
      let start = first
      first += shape.count
      var dx = Activations<Scalar>(shape, count: dy.count)
      dx.forEachSample { j, dx in
        dy.withSample(j) { dx.update(from: $0 + start, count: shape.count) }
      }
      return dx
    }
  }
}
