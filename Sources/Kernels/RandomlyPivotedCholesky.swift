public import LinearAlgebra
private import RandomStreams

/// A partial Cholesky factorisation K ≈ F Fᵀ with pivots drawn in proportion to what is left.
///
/// The sample of each pivot is drawn with the probability of its share in tr(K - F Fᵀ), a block of
/// them at a time; K itself is never made. Source: Chen, Epperly, Tropp and Webber, "Randomly pivoted
/// Cholesky: practical approximation of a kernel matrix with few entry evaluations" (2022); blocks as
/// in Epperly, Tropp and Webber, "Embrace rejection" (2024), without the rejection.
public struct RandomlyPivotedCholesky: Sendable {
  /// F in blocks of columns, each n × b.
  public let blocks: [Matrix<Float>]
  /// The pivots, in the order of the columns of F.
  public let pivots: [Int]
  /// The diagonal of K - F Fᵀ.
  public let residualDiagonal: [Double]

  /// The number of columns of F.
  public var rank: Int { pivots.count }
  /// tr(K - F Fᵀ) / n.
  public var meanResidual: Double {
    residualDiagonal.isEmpty
      ? 0 : residualDiagonal.reduce(0, +) / Double(residualDiagonal.count)
  }

  /// Factors the Gram matrix of some samples, as far as rounding lets it.
  ///
  /// - Parameters:
  ///   - kernel: k.
  ///   - samples: X, n × d, finite, one row a sample.
  ///   - rank: the most columns of F, at least 0.
  ///   - blockSize: pivots drawn at a time, at least 1.
  ///   - seed: names the draws.
  /// - Complexity: O(n r (d + r)), memory n r.
  public init<K: Kernel>(
    _ kernel: K, samples: Matrix<Float>, rank: Int, blockSize: Int = 256, seed: UInt64
  ) {
    precondition(rank >= 0 && blockSize >= 1, "pivots to draw")
    let n = samples.rows
    let inputs = KernelInputs(samples)
    var left = inputs.squaredNorms.map { Double(kernel.diagonalValue(squaredNorm: $0)) }
    // What rounding leaves of an entry of K.
    let rounding = 16 * Double(Float.roundingUnit) * (left.max() ?? 0)
    var stream = RandomStream(seed: seed, purpose: "pivots of a kernel matrix")
    var blocks: [Matrix<Float>] = []
    var pivots: [Int] = []
    while pivots.count < min(rank, n) {
      let count = min(blockSize, min(rank, n) - pivots.count)
      let drawn = Self.draw(count, in: left.map { $0 > rounding ? $0 : 0 }, from: &stream)
      if drawn.isEmpty { break }
      var columns = kernel.crossMatrix(
        inputs, KernelInputs(samples.rows(drawn)), rows: drawn.indices)
      for block in blocks {
        columns.addProduct(of: block, block.rows(drawn), transposingSecond: true, scaledBy: -1)
      }
      guard let (block, used) = Self.normalized(columns, pivots: drawn, rounding: rounding) else {
        break
      }
      for i in used { left[i] = 0 }
      let squares = block.squaredRowNorms()
      for i in 0..<n { left[i] = max(0, left[i] - Double(squares[i])) }
      blocks.append(block)
      pivots += used
    }
    self.blocks = blocks
    self.pivots = pivots
    residualDiagonal = left
  }

  /// Draws different samples, each with the probability of its weight's share.
  private static func draw(
    _ count: Int, in weights: [Double], from stream: inout RandomStream
  ) -> [Int] {
    var sums: [Double] = []
    sums.reserveCapacity(weights.count)
    var total = 0.0
    for weight in weights {
      total += weight
      sums.append(total)
    }
    if total == 0 { return [] }
    var drawn: Set<Int> = []
    // The same sample may be drawn again and again where one holds nearly all.
    for _ in 0..<4 * count where drawn.count < count {
      let goal = stream.uniform() * total
      var (low, high) = (0, sums.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] > goal { high = middle } else { low = middle + 1 }
      }
      if weights[low] > 0 { drawn.insert(low) }
    }
    return drawn.sorted()
  }

  /// The columns times L⁻ᵀ, with L Lᵀ the square that the pivots have in them.
  ///
  /// Pivots that others of the block have used up are left out.
  private static func normalized(
    _ columns: Matrix<Float>, pivots: [Int], rounding: Double
  ) -> (block: Matrix<Float>, pivots: [Int])? {
    var kept = Array(pivots.indices)
    while !kept.isEmpty {
      let own = columns.columns(at: kept)
      var square = own.rows(kept.map { pivots[$0] })
      square.addToDiagonal(Float(rounding))
      do {
        let factor = try Cholesky(factoring: square).lowerFactor()
        let weak = kept.indices.filter {
          Double(factor.matrix[$0, $0] * factor.matrix[$0, $0]) <= 4 * rounding
        }
        if !weak.isEmpty {
          for index in weak.reversed() { kept.remove(at: index) }
          continue
        }
        return (factor.rightSubstitution(own), kept.map { pivots[$0] })
      } catch {
        guard case .notPositiveDefinite(let pivot) = error else { return nil }
        kept.remove(at: pivot)
      }
    }
    return nil
  }
}
