public import LinearAlgebra
private import RandomStreams

/// Samples that are hard to fit, each in a way of its own; no two rows of one are equal.
///
/// ```swift
/// for kind in HostileSamples.allCases {
///   let samples = kind.samples(count: 50, dimension: 8, seed: 1)
///   // fit and check
/// }
/// ```
public enum HostileSamples: String, Sendable, CaseIterable {
  /// About √n clusters, a millionth as wide as they lie apart.
  case clustered
  /// All on one line, up to rounding.
  case collinear
  /// Points of the smallest cubic lattice that holds them, so that coordinates tie.
  case lattice
  /// Normal numbers times 2⁵⁰⁰: squared they overflow.
  case huge
  /// Normal numbers times 2⁻⁵⁰⁰: squared they come close to underflow.
  case tiny
  /// Pairs whose relative distance is about 2⁻³⁰.
  case nearDuplicates = "near-duplicates"

  /// Draws a sample.
  ///
  /// - Parameters:
  ///   - count: n, at least 0.
  ///   - dimension: d, at least 1.
  ///   - seed: names the draw.
  /// - Returns: Z, n × d, finite, no two rows equal, in random order.
  public func samples(count: Int, dimension: Int, seed: UInt64) -> Matrix<Double> {
    precondition(count >= 0 && dimension >= 1, "a sample has a dimension")
    var stream = RandomStream(
      seed: seed, purpose: "hostile samples \(rawValue)", indices: count, dimension)
    // Where each sample stands in its kind's own order: numbers that tell all samples apart.
    let place = stream.permutation(of: count)
    switch self {
    case .clustered:
      let clusters = max(1, Int(Double(count).squareRoot()))
      let centres = Matrix(rows: clusters, columns: dimension) { k, j in
        j == 0 ? Double(k) : stream.normal()
      }
      return Matrix(rows: count, columns: dimension) { i, j in
        let within = j == 0 ? Double(place[i]) / Double(count) : stream.normal()
        return centres[place[i] % clusters, j] + 0x1p-20 * within
      }
    case .collinear:
      let start = (0..<dimension).map { _ in stream.normal() }
      let slope = (0..<dimension).map { _ in 1 + stream.uniform() }
      return Matrix(rows: count, columns: dimension) { i, j in
        start[j] + Double(place[i]) * slope[j]
      }
    case .lattice:
      let side = latticeSide(count, dimension)
      // The digits of the sample's own number; those beyond its length are 0.
      var divisors = [1]
      while divisors.count < dimension {
        divisors.append(min(divisors[divisors.count - 1] * side, max(1, count)))
      }
      return Matrix(rows: count, columns: dimension) { i, j in
        Double(place[i] / divisors[j] % side)
      }
    case .huge:
      return distinctNormal(place, dimension, &stream).map { $0 * 0x1p500 }
    case .tiny:
      return distinctNormal(place, dimension, &stream).map { $0 * 0x1p-500 }
    case .nearDuplicates:
      let origins = distinctNormal(Array(0..<(count + 1) / 2), dimension, &stream)
      return Matrix(rows: count, columns: dimension) { i, j in
        let origin = origins[place[i] / 2, j]
        return place[i] % 2 == 0 ? origin : origin * (1 + 0x1p-30 * (1 + stream.uniform()))
      }
    }
  }
}

/// Nearly normal numbers; those of the first column are never equal.
private func distinctNormal(
  _ place: [Int], _ dimension: Int, _ stream: inout RandomStream
) -> Matrix<Double> {
  Matrix(rows: place.count, columns: dimension) { i, j in
    let number = stream.normal()
    if j > 0 { return number }
    // A multiple of 1/8 and the sample's own share of the next eighth.
    let share = (Double(place[i]) + 0.5) / Double(place.count)
    return ((number * 8).rounded(.down) + share) / 8
  }
}

/// The least side whose d-th power is at least n.
private func latticeSide(_ count: Int, _ dimension: Int) -> Int {
  var side = 1
  func holds(_ side: Int) -> Bool {
    var points = 1
    for _ in 0..<dimension where points < count { points *= side }
    return points >= count
  }
  while !holds(side) { side += 1 }
  return side
}
