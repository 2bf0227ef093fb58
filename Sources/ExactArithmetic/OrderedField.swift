public import RealModule

/// An ordered field: numbers with +, -, ×, ÷ and an order that they respect.
///
/// What the proofs of Lemma 1 and Theorem 1 use of the numbers, and all that they use: code written
/// for it runs on doubles and, exactly, on rationals.
public protocol OrderedField: AlgebraicField, Comparable, Sendable {}

extension Double: OrderedField {}
