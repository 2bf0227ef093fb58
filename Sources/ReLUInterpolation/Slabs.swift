private import LinearAlgebra
private import RandomStreams
private import ReLUNetworks

extension NetworkConstruction {
  /// A two-layer network with four hidden units for each d samples: 4 ⌈n/d⌉ in all.
  ///
  /// The samples are cut into groups of d. Through a group goes a hyperplane ⟨u, z⟩ = c, and f is
  /// an affine function ⟨v, z⟩ + e with the group's targets as its values; in general position no
  /// other sample lies on the hyperplane, so half the smallest distance is a τ > 0. With
  /// g(z) = ⟨u, z⟩ - c the group adds
  ///
  ///     ( max(g + δf + τ, 0) - max(g + τ, 0) - max(g + δf - τ, 0) + max(g - τ, 0) ) / δ
  ///
  /// to the output. Where δ |f| < |g ± τ|, the sign of g + δf ± τ is that of g ± τ. In the slab
  /// |g| < τ the first two terms are then positive and the last two vanish: the sum is
  /// δf / δ = f. Beyond it either all four vanish or all are positive and the sum is δf - δf = 0.
  /// So each group sets its own samples and leaves all others alone.
  ///
  /// δ is the largest power of two (and at most 2⁵⁰⁰) with δ |f| ≤ |g ± τ| / 2 at every sample. Weights u + δv are
  /// rounded to about ε |u|, which after the division by δ leaves a residual of about ε |u| |z| / δ:
  /// this construction is exact in real numbers and pays for its few neurons in digits. Biases are
  /// kept on one grid of powers of two, so that outside a slab the rounded numbers still cancel
  /// without a rest.
  ///
  /// The source's statement is the number of neurons; construction and proof above are this
  /// project's reading of it.
  static func slabs(
    _ sample: DistinctSample, seed: UInt64
  ) throws(ConstructionError) -> NetworkConstruction {
    let (n, d) = (sample.count, sample.dimension)
    var stream = RandomStream(seed: seed, purpose: "slab hyperplanes")
    let starts = Array(stride(from: 0, to: n, by: max(1, d)))
    var slabs: [Slab] = []
    for start in starts {
      slabs.append(try Slab(sample, group: start..<min(n, start + d), from: &stream))
    }
    let inner = Matrix(rows: 4 * slabs.count, columns: d) { unit, j in
      unit.isMultiple(of: 2) ? slabs[unit / 4].tilted[j] : slabs[unit / 4].normal[j]
    }
    let outer = slabs.flatMap { slab in [1, -1, -1, 1].map { $0 / slab.slope } }
    // One group alone has no other sample beside its hyperplane.
    let nearest = slabs.map(\.distance).min() ?? .infinity
    return NetworkConstruction(
      method: .slabs,
      network: ReLUNetwork(layers: [
        denseLayer(inner, .weight, biases: slabs.flatMap(\.biases)),
        denseLayer(
          Matrix(rows: 1, columns: outer.count, columnMajor: outer), .outputWeight, biases: [0]),
      ]),
      interpolant: nil,
      // u, u + δv, c, τ, δe and δ of each group.
      storedNumbers: slabs.count * (2 * d + 4),
      facts: [
        Fact("groups", Double(slabs.count)),
        Fact("largest rounding of a distance", slabs.map(\.rounding).max() ?? 0),
        Fact("smallest δ", slabs.map(\.slope).min() ?? 1),
      ] + (nearest.isFinite ? [Fact("smallest distance to a hyperplane", nearest)] : []))
  }
}

/// A hyperplane through a group, an affine function on it, and the slab around it.
private struct Slab {
  /// u, of length 1.
  let normal: [Double]
  /// u + δv.
  let tilted: [Double]
  /// Of the four units in order: τ - c + δe, τ - c, -τ - c + δe, -τ - c.
  let biases: [Double]
  /// δ, a power of two.
  let slope: Double
  /// The smallest distance of another sample from the hyperplane; infinite if there is none.
  let distance: Double
  /// How far rounding can move a distance.
  let rounding: Double

  init(
    _ sample: DistinctSample, group: Range<Int>, from stream: inout RandomStream
  ) throws(ConstructionError) {
    let d = sample.dimension
    let scale = sample.scale
    let (hyperplane, affine) = try Self.solve(sample, group: group, from: &stream)
    let length = euclideanNorm(Array(hyperplane.prefix(d)))
    let normal = hyperplane.prefix(d).map { $0 / length }
    let offset = -scale * hyperplane[d] / length
    let (slopes, intercept) = (Array(affine.prefix(d)), scale * affine[d])
    let heights = sample.rows.times(normal).map { $0 - offset }
    let values = sample.rows.times(slopes).map { $0 + intercept }
    let longest = scale * Double(d).squareRoot()
    rounding = 4 * Double(d + 2) * Double.roundingUnit * (longest + abs(offset))
    let others = heights.indices.filter { !group.contains($0) }
    let nearest = others.min { abs(heights[$0]) < abs(heights[$1]) }
    distance = nearest.map { abs(heights[$0]) } ?? .infinity
    // The hyperplane's own samples lie off it by rounding, and must stay well inside the slab.
    let unrest = max(rounding, group.map { abs(heights[$0]) }.max() ?? 0)
    if let nearest, distance <= 8 * unrest {
      throw .onHyperplane(
        sample: sample.indices[nearest], distance: distance, rounding: 8 * unrest)
    }
    let halfWidth = distance.isFinite ? distance / 2 : max(scale, 8 * unrest)
    let room = zip(heights, values).compactMap { height, value in
      value == 0 ? nil : min(abs(height - halfWidth), abs(height + halfWidth)) / (2 * abs(value))
    }
    let slope = room.min().map { min($0, 0x1p500).powerOfTwoBelow } ?? 1
    let unit = 2 * (abs(offset) + halfWidth + slope * abs(intercept)).ulp
    let (c, tau, rise) = (
      offset.rounded(to: unit), halfWidth.rounded(to: unit), (slope * intercept).rounded(to: unit)
    )
    self.normal = normal
    self.tilted = zip(normal, slopes).map { $0 + slope * $1 }
    self.slope = slope
    biases = [tau - c + rise, tau - c, -tau - c + rise, -tau - c]
  }

  /// (u, -c / s) and (v, e / s), with s the samples' scale, so that the columns have one size.
  ///
  /// Both solve a system of [Z_S, s 1]: the first with 0 on the right, found as a random vector
  /// minus its part in the row space, the second with the targets.
  private static func solve(
    _ sample: DistinctSample, group: Range<Int>, from stream: inout RandomStream
  ) throws(ConstructionError) -> (hyperplane: [Double], affine: [Double]) {
    let (d, scale) = (sample.dimension, sample.scale)
    let system = Matrix(rows: group.count, columns: d + 1) { i, j in
      j < d ? sample.rows[group.lowerBound + i, j] : scale
    }
    var hyperplane = (0...d).map { _ in stream.normal() }
    var affine = [Double](repeating: 0, count: d + 1)
    // The second round takes off what the rounding of the first one left.
    for round in 0..<2 {
      let right = Matrix(
        rows: group.count, columns: 2,
        columnMajor: system.times(hyperplane) + group.map { sample.targets[$0] })
      let solution: Solution<Double>
      do {
        solution = try system.leastSquares(right).solution
      } catch {
        throw .linearAlgebra(error)
      }
      let rank = solution.evidence.rank
      if rank < group.count {
        throw .affinelyDependent(samples: group.map { sample.indices[$0] }, rank: rank)
      }
      hyperplane = zip(hyperplane, solution.values.column(0)).map { $0 - $1 }
      if round == 0 { affine = solution.values.column(1) }
    }
    return (hyperplane, affine)
  }
}

extension DistinctSample {
  /// The largest absolute entry; 1 where all vanish.
  fileprivate var scale: Double {
    let largest = rows.largestAbsoluteEntry
    return largest > 0 ? largest : 1
  }
}

extension Double {
  /// The largest power of two that is at most this positive number.
  fileprivate var powerOfTwoBelow: Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// The nearest multiple of a power of two.
  fileprivate func rounded(to unit: Double) -> Double { (self / unit).rounded() * unit }
}
