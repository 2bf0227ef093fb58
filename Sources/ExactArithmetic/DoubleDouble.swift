public import RealModule

/// An unevaluated sum of two doubles: about 32 decimal digits.
///
/// Error-free transforms after Dekker (Numerische Mathematik 18, 1971) and Knuth; a few units in
/// 2⁻¹⁰⁴ relative to the larger operand. Public, because only what is public is inlined into other
/// modules, and these few operations are the inner loops of those.
@frozen
public struct DoubleDouble: Sendable {
  /// The number rounded to a double.
  public var head: Double
  /// What rounding left over.
  public var tail: Double

  /// Creates head + tail.
  ///
  /// - Parameters:
  ///   - head: the larger part.
  ///   - tail: at most half a unit in the last place of the head.
  @inlinable public init(_ head: Double, _ tail: Double = 0) {
    self.head = head
    self.tail = tail
  }

  /// The exact product of two doubles.
  @inlinable public static func product(_ a: Double, _ b: Double) -> DoubleDouble {
    let exact = Augmented.product(a, b)
    return DoubleDouble(exact.head, exact.tail)
  }

  /// The exact difference of two doubles.
  @inlinable public static func difference(_ a: Double, _ b: Double) -> DoubleDouble {
    let exact = Augmented.sum(a, -b)
    return DoubleDouble(exact.head, exact.tail)
  }

  /// The sum of two numbers.
  @inlinable public static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let heads = Augmented.sum(a.head, b.head)
    let tails = Augmented.sum(a.tail, b.tail)
    // The heads' sum exceeds what is added to it (Joldes, Muller, Popescu, ACM TOMS 44, 2017).
    let middle = Augmented.sum(large: heads.head, small: heads.tail + tails.head)
    let end = Augmented.sum(large: middle.head, small: middle.tail + tails.tail)
    return DoubleDouble(end.head, end.tail)
  }

  /// The sum of a number and a double.
  @inlinable public static func + (a: DoubleDouble, b: Double) -> DoubleDouble {
    let heads = Augmented.sum(a.head, b)
    let end = Augmented.sum(large: heads.head, small: heads.tail + a.tail)
    return DoubleDouble(end.head, end.tail)
  }

  /// The negative of a number.
  @inlinable public static prefix func - (a: DoubleDouble) -> DoubleDouble {
    DoubleDouble(-a.head, -a.tail)
  }

  /// The difference of two numbers.
  @inlinable public static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble { a + -b }

  /// The product of two numbers.
  @inlinable public static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let exact = Augmented.product(a.head, b.head)
    let end = Augmented.sum(
      large: exact.head, small: exact.tail + (a.head * b.tail + a.tail * b.head))
    return DoubleDouble(end.head, end.tail)
  }

  /// The product of a number and a double.
  @inlinable public static func * (a: DoubleDouble, b: Double) -> DoubleDouble {
    let exact = Augmented.product(a.head, b)
    let end = Augmented.sum(large: exact.head, small: exact.tail + a.tail * b)
    return DoubleDouble(end.head, end.tail)
  }

  /// A double less this number, rounded.
  ///
  /// Where the heads cancel, their difference is exact; elsewhere the tails are of second order.
  @inlinable public func subtracted(from a: Double) -> Double {
    let exact = Augmented.sum(a, -head)
    return exact.head + (exact.tail - tail)
  }

  /// The nearest double.
  @inlinable public var rounded: Double { head + tail }
}
