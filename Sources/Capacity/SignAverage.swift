internal import LinearAlgebra
private import RandomStreams

/// How an expectation over random signs σ ∈ {-1, 1}ⁿ is taken.
public enum SignAverage: Sendable, Hashable, Codable {
  /// Over all 2ⁿ patterns, n ≤ ``mostExactSigns``.
  case exact
  /// Over independent draws, at least 2, named by a seed.
  case monteCarlo(draws: Int, seed: UInt64)

  /// The most signs whose patterns are all tried.
  public static let mostExactSigns = 20

  /// All patterns where there are at most as many as draws, else draws.
  ///
  /// - Parameters:
  ///   - n: the number of signs.
  ///   - draws: how many patterns to draw, at least 2.
  ///   - seed: names them.
  /// - Returns: how to take the expectation.
  public static func cheapest(signs n: Int, draws: Int, seed: UInt64) -> SignAverage {
    n < 20 && 1 << n <= draws ? .exact : .monteCarlo(draws: draws, seed: seed)
  }

  /// The number of patterns for n signs.
  func patterns(signs n: Int) -> Int {
    switch self {
    case .exact:
      precondition(n <= Self.mostExactSigns, "all patterns of at most 20 signs")
      return 1 << n
    case .monteCarlo(let draws, _):
      precondition(draws >= 2, "at least two draws")
      return draws
    }
  }

  /// Calls a closure with all patterns, in blocks of columns.
  func forEachBlock(signs n: Int, _ body: (Matrix<Double>) -> Void) {
    let total = patterns(signs: n)
    let width = 512
    for first in stride(from: 0, to: total, by: width) {
      let block = first..<min(first + width, total)
      switch self {
      case .exact:
        body(
          Matrix(rows: n, columns: block.count) { i, j in
            (block.lowerBound + j) >> i & 1 == 1 ? 1 : -1
          })
      case .monteCarlo(_, let seed):
        var signs: [Double] = []
        signs.reserveCapacity(n * block.count)
        for draw in block {
          signs += randomSigns(n, draw: draw, seed: seed)
        }
        body(Matrix(rows: n, columns: block.count, columnMajor: signs))
      }
    }
  }
}

/// Independent signs, -1 or 1 with probability 1/2 each.
///
/// - Parameters:
///   - n: how many.
///   - draw: which draw, at least 0.
///   - seed: names the draws.
/// - Returns: n signs.
public func randomSigns(_ n: Int, draw: Int, seed: UInt64) -> [Double] {
  var stream = RandomStream(seed: seed, purpose: "Rademacher signs", indices: draw)
  var bits: UInt64 = 0
  return (0..<n).map { i in
    if i % 64 == 0 { bits = stream.next() }
    defer { bits >>= 1 }
    return bits & 1 == 1 ? 1 : -1
  }
}
