public import RealModule

/// An ordered field: numbers with +, -, ×, ÷ and an order that they respect.
///
/// What the proofs of Lemma 1 and Theorem 1 use of the numbers, and all that they use: code written
/// for it runs on doubles and, exactly, on rationals.
public protocol OrderedField: AlgebraicField, Comparable, Sendable {
  /// Creates the number that a fraction is; every ordered field holds the fractions.
  ///
  /// - Parameter fraction: any fraction; doubles round it to the nearest one.
  init(_ fraction: Rational)

  /// The nearest double, infinite beyond the largest one.
  var nearestDouble: Double { get }
}

extension OrderedField {
  /// Whether the number takes part in arithmetic: infinities and NaN, which are in no field but
  /// among the doubles, do not.
  @inlinable package var isInField: Bool { self - self == .zero }
}

extension Double: OrderedField {
  /// Creates the double nearest to a fraction, infinite beyond the largest one.
  ///
  /// - Parameter fraction: any fraction.
  public init(_ fraction: Rational) { self = fraction.nearestDouble }

  /// The number itself.
  public var nearestDouble: Double { self }
}
