internal import LinearAlgebra

// The inner loops of the reference engine: sums along a row of values.

/// y_i ← y_i + a x_i for i from 0 to count - 1, with x_i and y_i every so many places.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func addMultiple<Scalar: LinearAlgebraScalar>(
  _ a: Scalar, of x: UnsafePointer<Scalar>, every xStep: Int = 1,
  to y: UnsafeMutablePointer<Scalar>, every yStep: Int = 1, count: Int
) {
  if xStep == 1 && yStep == 1 {
    for i in 0..<count { y[i] += a * x[i] }
  } else {
    for i in 0..<count { y[i &* yStep] += a * x[i &* xStep] }
  }
}

/// Σ_i x_i y_i for i from 0 to count - 1, with x_i every so many places.
///
/// Four partial sums, in the same order whatever runs it.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func dotProduct<Scalar: LinearAlgebraScalar>(
  _ x: UnsafePointer<Scalar>, every xStep: Int = 1, _ y: UnsafePointer<Scalar>, count: Int
) -> Scalar {
  var (s0, s1, s2, s3): (Scalar, Scalar, Scalar, Scalar) = (0, 0, 0, 0)
  var i = 0
  while i &+ 4 <= count {
    s0 += x[i &* xStep] * y[i]
    s1 += x[(i &+ 1) &* xStep] * y[i &+ 1]
    s2 += x[(i &+ 2) &* xStep] * y[i &+ 2]
    s3 += x[(i &+ 3) &* xStep] * y[i &+ 3]
    i &+= 4
  }
  while i < count {
    s0 += x[i &* xStep] * y[i]
    i &+= 1
  }
  return (s0 + s1) + (s2 + s3)
}

/// Σ_i x_i.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func sum<Scalar: LinearAlgebraScalar>(_ x: UnsafePointer<Scalar>, count: Int) -> Scalar {
  var sum: Scalar = 0
  for i in 0..<count { sum += x[i] }
  return sum
}

/// Calls a closure with each of `count` equal parts of an array, shared out among threads.
func forEachPart<Scalar: LinearAlgebraScalar>(
  of values: inout [Scalar], count: Int,
  _ body: @Sendable (_ part: Int, _ values: UnsafeMutablePointer<Scalar>) -> Void
) {
  let length = values.count / max(count, 1)
  values.withUnsafeMutableBufferPointer { buffer in
    nonisolated(unsafe) let start = address(of: buffer)
    inParallel(count: count) { body($0, start + $0 * length) }
  }
}

/// The address of an array's values; an array has one also for none.
func address<T>(of buffer: UnsafeBufferPointer<T>) -> UnsafePointer<T> {
  guard let address = buffer.baseAddress else { preconditionFailure("an array has an address") }
  return address
}

/// The address of an array's values, for writing.
func address<T>(of buffer: UnsafeMutableBufferPointer<T>) -> UnsafeMutablePointer<T> {
  guard let address = buffer.baseAddress else { preconditionFailure("an array has an address") }
  return address
}
