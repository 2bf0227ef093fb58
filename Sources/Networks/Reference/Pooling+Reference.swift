internal import LinearAlgebra

// Legend: x input, y output, dx and dy the loss's gradients with respect to them; p a place of the
// window, [p] the positions of the image under it.

extension MaxPooling {
  /// y_c(p) = max x_c over [p].
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forward<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, output: TensorShape
  ) -> Activations<Scalar> {
    let (window, input) = (window, x.shape)
    var y = Activations<Scalar>(output, count: x.count)
    y.forEachSample { j, y in
      x.withSample(j) { x in
        forEachPlace(of: window, input: input, output: output) { place, rows, columns in
          y[place] = x[firstLargest(x, rows, columns, width: input.width)]
        }
      }
    }
    return y
  }

  /// dx_c at the largest value under [p] takes dy_c(p), added up over the places p.
  ///
  /// Of equal values the first one takes it, row after row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func backward<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, _ dy: Activations<Scalar>
  ) -> Activations<Scalar> {
    let (window, input, output) = (window, x.shape, dy.shape)
    var dx = Activations<Scalar>(input, count: x.count)
    dx.forEachSample { j, dx in
      x.withSample(j) { x in
        dy.withSample(j) { dy in
          forEachPlace(of: window, input: input, output: output) { place, rows, columns in
            dx[firstLargest(x, rows, columns, width: input.width)] += dy[place]
          }
        }
      }
    }
    return dx
  }
}

extension AveragePooling {
  /// y_c(p) = Σ x_c over [p] / |[p]|.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forward<Scalar: LinearAlgebraScalar>(
    _ x: Activations<Scalar>, output: TensorShape
  ) -> Activations<Scalar> {
    let (window, input) = (window, x.shape)
    var y = Activations<Scalar>(output, count: x.count)
    y.forEachSample { j, y in
      x.withSample(j) { x in
        forEachPlace(of: window, input: input, output: output) { place, rows, columns in
          var total: Scalar = 0
          for row in rows {
            for column in columns { total += x[row * input.width + column] }
          }
          y[place] = total / Scalar(rows.count * columns.count)
        }
      }
    }
    return y
  }

  /// dx_c at each position under [p] takes dy_c(p) / |[p]|, added up over the places p.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func backward<Scalar: LinearAlgebraScalar>(
    _ dy: Activations<Scalar>, input: TensorShape
  ) -> Activations<Scalar> {
    let (window, output) = (window, dy.shape)
    var dx = Activations<Scalar>(input, count: dy.count)
    dx.forEachSample { j, dx in
      dy.withSample(j) { dy in
        forEachPlace(of: window, input: input, output: output) { place, rows, columns in
          let share = dy[place] / Scalar(rows.count * columns.count)
          for row in rows {
            for column in columns { dx[row * input.width + column] += share }
          }
        }
      }
    }
    return dx
  }
}

extension GlobalAveragePooling {
  /// y_c = Σ_p x_c(p) / area.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forward<Scalar: LinearAlgebraScalar>(_ x: Activations<Scalar>) -> Activations<Scalar> {
    let (channels, area) = (x.shape.channels, x.shape.area)
    var y = Activations<Scalar>(.vector(channels), count: x.count)
    y.forEachSample { j, y in
      x.withSample(j) { x in
        for c in 0..<channels { y[c] = sum(x + c * area, count: area) / Scalar(area) }
      }
    }
    return y
  }

  /// dx_c(p) = dy_c / area.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func backward<Scalar: LinearAlgebraScalar>(
    _ dy: Activations<Scalar>, input: TensorShape
  ) -> Activations<Scalar> {
    let (channels, area) = (input.channels, input.area)
    var dx = Activations<Scalar>(input, count: dy.count)
    dx.forEachSample { j, dx in
      dy.withSample(j) { dy in
        for c in 0..<channels {
          let share = dy[c] / Scalar(area)
          for p in 0..<area { dx[c * area + p] = share }
        }
      }
    }
    return dx
  }
}

/// Calls a closure for each channel and place of the window.
///
/// The closure is given the index of the place in the output, and the positions of the image under
/// the window: rows, counted on from channel to channel, and columns.
@inline(__always)
private func forEachPlace(
  of window: Window, input: TensorShape, output: TensorShape,
  _ body: (_ place: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void
) {
  for c in 0..<output.channels {
    for row in 0..<output.height {
      let rows = window.positions(row, on: input.height)
      let first = c * input.height
      for column in 0..<output.width {
        body(
          (c * output.height + row) * output.width + column,
          first + rows.lowerBound..<first + rows.upperBound,
          window.positions(column, on: input.width))
      }
    }
  }
}

/// The index of the largest value in some rows and columns, the first one of equals.
@inline(__always)
private func firstLargest<Scalar: LinearAlgebraScalar>(
  _ x: UnsafePointer<Scalar>, _ rows: Range<Int>, _ columns: Range<Int>, width: Int
) -> Int {
  var largest = rows.lowerBound * width + columns.lowerBound
  for row in rows {
    for column in columns where x[row * width + column] > x[largest] {
      largest = row * width + column
    }
  }
  return largest
}
