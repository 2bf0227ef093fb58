public import LinearAlgebra

/// A change of the inputs whose inner products follow from those of the inputs.
///
/// Any other map φ is made before: hand its values φ(x) to the kernel as samples.
public enum InputMap: Sendable, Hashable, CustomStringConvertible {
  /// φ(x) = s x, s > 0 and finite.
  case scaled(by: Double)
  /// φ(x) = x / ‖x‖, and 0 for the zero vector.
  case normalized
  /// φ(x) = (x, c), c finite: one more coordinate, as for a bias.
  case extended(by: Double)

  /// The map with its parameter.
  public var description: String {
    switch self {
    case .scaled(let factor): "inputs times \(factor)"
    case .normalized: "inputs of norm 1"
    case .extended(let constant): "inputs with coordinate \(constant)"
    }
  }
}

/// The kernel k(φ(x), φ(z)) of changed inputs.
public struct MappedKernel<Base: Kernel>: Kernel {
  /// k.
  public let base: Base
  /// φ.
  public let map: InputMap

  /// Creates a kernel.
  ///
  /// - Parameters:
  ///   - base: k.
  ///   - map: φ.
  public init(_ base: Base, of map: InputMap) {
    switch map {
    case .scaled(let factor): checkScale(factor, "factor of its inputs")
    case .normalized: break
    case .extended(let constant):
      precondition(constant.isFinite, "a kernel wants a finite coordinate")
    }
    self.base = base
    self.map = map
  }

  /// Turns a column of inner products into kernel values.
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    map.apply(to: &values, squaredNorms: squaredNorms, squaredNorm: squaredNorm)
    let mapped = map.squaredNorms(squaredNorms)
    base.apply(
      to: &values, squaredNorms: mapped.span, squaredNorm: map.squaredNorm(squaredNorm))
  }

  /// The value k(φ(x), φ(x)).
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    base.diagonalValue(squaredNorm: map.squaredNorm(squaredNorm))
  }

  /// The kernel and the map.
  public var description: String { "\(base), \(map)" }
}

extension InputMap {
  /// Turns ⟨x_i, z⟩ into ⟨φ(x_i), φ(z)⟩.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  fileprivate func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    switch self {
    case .scaled(let factor):
      let square = Scalar(parameter: factor * factor)
      for i in values.indices { values[i] *= square }
    case .normalized:
      for i in values.indices {
        values[i] = clampedCosine(
          inner: values[i], normProduct: normProduct(squaredNorms[i], squaredNorm))
      }
    case .extended(let constant):
      let square = Scalar(parameter: constant * constant)
      for i in values.indices { values[i] += square }
    }
  }

  /// ‖φ(x)‖², given ‖x‖².
  @inline(__always)
  fileprivate func squaredNorm<Scalar: LinearAlgebraScalar>(_ value: Scalar) -> Scalar {
    switch self {
    case .scaled(let factor): Scalar(parameter: factor * factor) * value
    // The quotient lets a NaN through.
    case .normalized: value == 0 ? 0 : value.isFinite ? 1 : value / value
    case .extended(let constant): value + Scalar(parameter: constant * constant)
    }
  }

  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  fileprivate func squaredNorms<Scalar: LinearAlgebraScalar>(_ values: Span<Scalar>) -> [Scalar] {
    [Scalar](unsafeUninitializedCapacity: values.count) { elements, initialized in
      for i in values.indices { elements.initializeElement(at: i, to: squaredNorm(values[i])) }
      initialized = values.count
    }
  }
}
