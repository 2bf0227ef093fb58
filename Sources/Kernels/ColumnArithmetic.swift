internal import LinearAlgebra

/// A copy of a column.
@specialized(where Scalar == Double)
@specialized(where Scalar == Float)
func copy<Scalar: LinearAlgebraScalar>(_ values: borrowing MutableSpan<Scalar>) -> [Scalar] {
  [Scalar](unsafeUninitializedCapacity: values.count) { elements, initialized in
    for i in values.indices { elements.initializeElement(at: i, to: values[i]) }
    initialized = values.count
  }
}

/// Adds another column.
@specialized(where Scalar == Double)
@specialized(where Scalar == Float)
func add<Scalar: LinearAlgebraScalar>(
  _ others: Span<Scalar>, to values: inout MutableSpan<Scalar>
) {
  for i in values.indices { values[i] += others[i] }
}

/// Multiplies by another column, entry by entry.
@specialized(where Scalar == Double)
@specialized(where Scalar == Float)
func multiply<Scalar: LinearAlgebraScalar>(
  _ values: inout MutableSpan<Scalar>, by others: Span<Scalar>
) {
  for i in values.indices { values[i] *= others[i] }
}

/// Multiplies all entries by one number.
@specialized(where Scalar == Double)
@specialized(where Scalar == Float)
func multiply<Scalar: LinearAlgebraScalar>(_ values: inout MutableSpan<Scalar>, by factor: Scalar) {
  for i in values.indices { values[i] *= factor }
}
