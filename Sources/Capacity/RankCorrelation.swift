/// How far two lists of numbers are in the same order.
public enum RankCorrelation {
  /// Kendall's τ_b = (concordant - discordant) / √((pairs - ties in x)(pairs - ties in y)).
  ///
  /// - Parameters:
  ///   - x: n numbers.
  ///   - y: n numbers.
  /// - Returns: from -1 to 1; nil where one list is all ties, or has fewer than two numbers.
  /// - Complexity: O(n²).
  ///
  /// Source: Kendall, "The treatment of ties in ranking problems" (Biometrika 33, 1945).
  public static func kendall(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "two lists of one length")
    var (sum, untiedX, untiedY) = (0, 0, 0)
    for i in x.indices {
      for j in 0..<i {
        let (dx, dy) = (order(x[i], x[j]), order(y[i], y[j]))
        sum += dx * dy
        untiedX += abs(dx)
        untiedY += abs(dy)
      }
    }
    if untiedX == 0 || untiedY == 0 { return nil }
    return Double(sum) / (Double(untiedX) * Double(untiedY)).squareRoot()
  }

  /// Spearman's ρ: the correlation of the ranks, ties at their mean rank.
  ///
  /// - Parameters:
  ///   - x: n numbers.
  ///   - y: n numbers.
  /// - Returns: from -1 to 1; nil where one list is all ties, or has fewer than two numbers.
  /// - Complexity: O(n log n).
  public static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "two lists of one length")
    let (a, b) = (ranks(x), ranks(y))
    let middle = Double(x.count + 1) / 2
    var (product, squareA, squareB) = (0.0, 0.0, 0.0)
    for (a, b) in zip(a, b) {
      product += (a - middle) * (b - middle)
      squareA += (a - middle) * (a - middle)
      squareB += (b - middle) * (b - middle)
    }
    return squareA == 0 || squareB == 0 ? nil : product / (squareA * squareB).squareRoot()
  }

  private static func order(_ a: Double, _ b: Double) -> Int { a < b ? -1 : a > b ? 1 : 0 }

  private static func ranks(_ x: [Double]) -> [Double] {
    let order = x.indices.sorted { x[$0] < x[$1] }
    var ranks = [Double](repeating: 0, count: x.count)
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count && x[order[last + 1]] == x[order[first]] { last += 1 }
      for place in first...last { ranks[order[place]] = Double(first + last) / 2 + 1 }
      first = last + 1
    }
    return ranks
  }
}
