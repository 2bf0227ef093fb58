private import CVectorMath
private import RealModule

// The only file that calls GNU's vector functions.

/// Replaces each number by its exponential.
///
/// e^x within 4 units in the last place, several at a time where the processor can; the value does
/// not depend on the place.
///
/// - Parameter values: the numbers.
/// - Complexity: O(n).
package func exponentiate<Scalar: LinearAlgebraScalar>(
  _ values: UnsafeMutableBufferPointer<Scalar>
) {
  guard let start = values.baseAddress else { return }
  if Scalar.self == Double.self {
    start.withMemoryRebound(to: Double.self, capacity: values.count) {
      exponentials($0, values.count)
    }
  } else if Scalar.self == Float.self {
    start.withMemoryRebound(to: Float.self, capacity: values.count) {
      exponentials_single($0, values.count)
    }
  } else {
    for i in values.indices { values[i] = .exp(values[i]) }
  }
}
