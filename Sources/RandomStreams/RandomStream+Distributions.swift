extension RandomStream {
  /// A number uniform in [0, 1), a multiple of 2⁻⁵³.
  ///
  /// - Returns: the upper 53 bits of one word, scaled.
  @inlinable
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An integer uniform in 0..<bound, without bias.
  ///
  /// Source: Lemire, "Fast random integer generation in an interval" (ACM TOMACS 2019).
  ///
  /// - Parameter bound: at least 1.
  /// - Returns: an integer; draws one word, and another with probability below bound / 2⁶⁴.
  @inlinable
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound >= 1, "a bounded integer wants a bound of at least 1")
    let width = UInt64(bound)
    var product = next().multipliedFullWidth(by: width)
    if product.low < width {
      let threshold = (0 &- width) % width
      while product.low < threshold { product = next().multipliedFullWidth(by: width) }
    }
    return Int(product.high)
  }

  /// A standard normal number, by inversion of its distribution function.
  ///
  /// One word gives one number, so that positions can be counted.
  ///
  /// - Returns: Φ⁻¹(u) at u = (k + 1/2) 2⁻⁵² with k uniform in 0..<2⁵²; |value| < 8.3.
  public mutating func normal() -> Double {
    standardNormalQuantile((Double(next() >> 12) + 0.5) * 0x1p-52)
  }

  /// A permutation of 0..<count, all equally likely.
  ///
  /// Fisher and Yates' shuffle from the end.
  ///
  /// - Parameter count: at least 0.
  /// - Returns: the images of 0, 1, …
  public mutating func permutation(of count: Int) -> [Int] {
    var result = Array(0..<count)
    var remaining = count
    while remaining > 1 {
      let chosen = integer(below: remaining)
      remaining -= 1
      result.swapAt(chosen, remaining)
    }
    return result
  }
}
