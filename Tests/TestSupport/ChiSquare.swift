/// Pearson's statistic Σ (observed - expected)² / expected against equal chances.
///
/// - Parameter counts: how often each of the k outcomes came, of which each is expected equally
///   often.
/// - Returns: the statistic, about k - 1 where the chances are equal.
public func chiSquare(_ counts: [Int]) -> Double {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
}

/// A bound that the statistic of k equally likely outcomes exceeds once in many thousand seeds.
///
/// The statistic has mean k - 1 and variance 2 (k - 1); the bound lies six standard deviations up,
/// because its upper tail is heavier than a normal one.
///
/// - Parameter outcomes: k, at least 2.
/// - Returns: (k - 1) + 6 √(2 (k - 1)).
public func chiSquareBound(outcomes: Int) -> Double {
  let freedom = Double(outcomes - 1)
  return freedom + 6 * (2 * freedom).squareRoot()
}
