public import ExactArithmetic
private import ReLUNetworks

/// The projections ⟨a, z_i⟩ of some samples, without any rounding.
///
/// A projection is kept as a short sum of doubles, its ``ExactArithmetic/ExactSum/expansion``; that of
/// bytes on a direction of integers is mostly a single double.
public struct ExactProjections: Sendable {
  /// The nearest double of each projection; 0 where a projection is not finite.
  public private(set) var heads: [Double] = []
  /// What the heads leave, one range of `tails` a projection; empty where no head leaves anything.
  private var tailEnds: [Int] = []
  private var tails: [Double] = []
  /// Projections that no sum of doubles holds, being 2¹⁰²⁴ or more, or with bits below 2⁻¹⁰⁷⁴.
  private var wide: [Int: Rational] = [:]
  /// Whether all samples and the direction are finite numbers.
  public private(set) var isFinite = true

  /// The number of projections n.
  public var count: Int { heads.count }
  /// Whether each projection is a single double.
  public var areDoubles: Bool { tails.isEmpty && wide.isEmpty }
  /// Whether each projection is a sum of doubles.
  var areExpansions: Bool { wide.isEmpty }

  /// Takes projections that are doubles as they are, such as samples of one dimension.
  ///
  /// - Parameter projections: n numbers.
  public init(_ projections: [Double]) {
    isFinite = projections.allSatisfy(\.isFinite)
    heads = isFinite ? projections : projections.map { $0.isFinite ? $0 : 0 }
  }

  /// Projects samples on a direction.
  ///
  /// Bytes and other integers on a direction of integers are summed in 64-bit integers where
  /// Σ_j |a_j| times the largest value is at most 2⁵³, so that nothing can overflow and the result
  /// is a double; everything else in an ``ExactArithmetic/ExactSum``.
  ///
  /// - Parameters:
  ///   - samples: Z, n samples of d values.
  ///   - direction: a, d numbers.
  /// - Throws: what reading the samples throws.
  /// - Complexity: O(n d); memory O(n) beside a block of samples.
  public init<Failure>(
    of samples: SampleBlocks<Failure>, along direction: [Double]
  ) throws(Failure) {
    precondition(direction.count == samples.dimension, "a direction has the samples' dimension")
    let direction = Direction(direction)
    heads.reserveCapacity(samples.count)
    try samples.forEachBlock { range, values in
      let pieces = mapInParallel(count: (range.count + pieceCount - 1) / pieceCount) { piece in
        let first = piece * pieceCount
        return direction.projections(of: values, first..<min(first + pieceCount, range.count))
      }
      for piece in pieces { append(piece) }
    }
  }

  private mutating func append(_ piece: ProjectionPiece) {
    for (index, value) in piece.wide { wide[count + index] = value }
    if !piece.tails.isEmpty || !tails.isEmpty {
      if tails.isEmpty { tailEnds = [Int](repeating: 0, count: count) }
      tailEnds += piece.tailEnds.map { $0 + tails.count }
      tails += piece.tails
    }
    heads += piece.heads
    isFinite = isFinite && piece.isFinite
  }

  /// Calls a closure with the doubles that a projection is the sum of.
  @inline(__always)
  func forEachComponent(of index: Int, _ body: (Double) -> Void) {
    body(heads[index])
    if tails.isEmpty { return }
    for k in tailRange(index) { body(tails[k]) }
  }

  private func tailRange(_ index: Int) -> Range<Int> {
    tails.isEmpty ? 0..<0 : (index == 0 ? 0 : tailEnds[index - 1])..<tailEnds[index]
  }

  /// The exact value of a projection.
  ///
  /// - Parameter index: which one, counted from 0.
  /// - Returns: the value; its denominator is a power of two.
  public func value(_ index: Int) -> Rational {
    if let value = wide[index] { return value }
    return tailRange(index).reduce(Rational(heads[index])) { $0 + Rational(tails[$1]) }
  }

  /// The sign of ⟨a, z_i⟩ - x for a double x: -1, 0 or 1.
  func sign(_ index: Int, minus x: Double) -> Int {
    if let value = wide[index] {
      let x = Rational(x)
      return value < x ? -1 : value > x ? 1 : 0
    }
    // Rounding keeps the order, so that the tail matters only at the head itself.
    if heads[index] != x { return heads[index] < x ? -1 : 1 }
    let tail = tailRange(index)
    return tail.isEmpty ? 0 : tails[tail.lowerBound] < 0 ? -1 : 1
  }

  /// The sign of the difference of two projections: -1, 0 or 1.
  func sign(_ first: Int, minus second: Int) -> Int {
    if !wide.isEmpty {
      let (a, b) = (value(first), value(second))
      return a < b ? -1 : a > b ? 1 : 0
    }
    if heads[first] != heads[second] { return heads[first] < heads[second] ? -1 : 1 }
    if tails.isEmpty { return 0 }
    // Expansions are in the order of their sums.
    var (a, b) = (tailRange(first), tailRange(second))
    while let i = a.first, let j = b.first {
      if tails[i] != tails[j] { return tails[i] < tails[j] ? -1 : 1 }
      (a, b) = (i + 1..<a.upperBound, j + 1..<b.upperBound)
    }
    if let i = a.first { return tails[i] < 0 ? -1 : 1 }
    if let j = b.first { return tails[j] < 0 ? 1 : -1 }
    return 0
  }

  /// The samples in the order of their projections, equal ones in their own order.
  ///
  /// - Complexity: O(n), and O(m log m) for m projections whose heads are equal.
  func sortedIndices() -> [Int] {
    var order = SortedProjections(heads).samples.map(Int.init)
    if !areDoubles { sortEqualHeads(&order) }
    // The checker leans on this order, so it does not take it on trust.
    var isSeen = [Bool](repeating: false, count: count)
    for index in order { isSeen[index] = true }
    precondition(
      order.count == count && isSeen.allSatisfy { $0 }
        && zip(order, order.dropFirst()).allSatisfy { sign($0, minus: $1) <= 0 },
      "a sort gives each sample once, in order")
    return order
  }

  /// Sorts samples exactly, by their own order where they are equal.
  private func sortEqualHeads(_ order: inout [Int]) {
    let isBefore = { (a: Int, b: Int) in
      let sign = sign(a, minus: b)
      return sign == 0 ? a < b : sign < 0
    }
    // The heads of wide projections say nothing.
    if !areExpansions {
      order.sort(by: isBefore)
      return
    }
    var first = 0
    while first < count {
      var end = first + 1
      while end < count && heads[order[end]] == heads[order[first]] { end += 1 }
      if end - first > 1 { order[first..<end].sort(by: isBefore) }
      first = end
    }
  }
}

/// Samples that one thread projects at a time.
private let pieceCount = 1024

/// Projections of consecutive samples.
private struct ProjectionPiece: Sendable {
  var heads: [Double] = []
  var tailEnds: [Int] = []
  var tails: [Double] = []
  var wide: [(Int, Rational)] = []
  var isFinite = true

  mutating func append(_ double: Double) {
    heads.append(double)
    tailEnds.append(tails.count)
  }

  mutating func append(_ sum: ExactSum) {
    let before = tails.count
    if sum.appendExpansion(to: &tails) {
      // The first double of an expansion is the head.
      heads.append(tails.count == before ? 0 : tails.remove(at: before))
    } else {
      wide.append((heads.count, Rational(sum.dyadic)))
      // Only a place: whoever reads a wide projection reads it as a fraction.
      heads.append(0)
    }
    tailEnds.append(tails.count)
  }
}

/// A direction, with what its integers allow.
private struct Direction: Sendable {
  var entries: [Double]
  /// The entries as integers, empty where they are none or are too large.
  var integers: [Int64]
  /// The largest size of integer values for which no partial sum exceeds 2⁵³.
  var largestValue: Int64 = 0
  var isFinite: Bool

  init(_ entries: [Double]) {
    self.entries = entries
    isFinite = entries.allSatisfy(\.isFinite)
    integers = entries.compactMap { Int64(exactly: $0) }
    var total: UInt64 = 1
    for integer in integers {
      total = min(total, 1 << 62) + min(integer.magnitude, 1 << 62)
    }
    if integers.count != entries.count || total > 1 << 53 {
      integers = []
    } else {
      largestValue = (1 << 53) / Int64(total)
    }
  }

  func projections(of values: SampleValues, _ samples: Range<Int>) -> ProjectionPiece {
    var piece = ProjectionPiece()
    guard isFinite else {
      piece.isFinite = false
      for _ in samples { piece.append(0) }
      return piece
    }
    switch values {
    case .bytes(let bytes):
      if !integers.isEmpty && largestValue >= 255 {
        bytes.withUnsafeBufferPointer { appendIntegers($0, samples, to: &piece) }
      } else {
        append(samples, to: &piece) { Double(bytes[$0]) }
      }
    case .floats(let floats):
      appendReals(samples, to: &piece) { Double(floats[$0]) }
    case .doubles(let doubles):
      appendReals(samples, to: &piece) { doubles[$0] }
    }
    return piece
  }

  private func appendIntegers(
    _ bytes: UnsafeBufferPointer<UInt8>, _ samples: Range<Int>, to piece: inout ProjectionPiece
  ) {
    let d = entries.count
    integers.withUnsafeBufferPointer { integers in
      for sample in samples {
        var sum: Int64 = 0
        let first = sample * d
        for j in 0..<d { sum &+= integers[j] &* Int64(bytes[first + j]) }
        piece.append(Double(sum))
      }
    }
  }

  /// Takes the integer path for each sample whose values allow it.
  @inline(__always)
  private func appendReals(
    _ samples: Range<Int>, to piece: inout ProjectionPiece, _ value: (Int) -> Double
  ) {
    let (d, limit) = (entries.count, Double(largestValue))
    for sample in samples {
      var sum: Int64 = 0
      var isInteger = !integers.isEmpty
      let first = sample * d
      for j in integers.indices {
        let x = value(first + j)
        // False for NaN too.
        guard abs(x) <= limit, x == x.rounded(.towardZero) else {
          isInteger = false
          break
        }
        sum &+= integers[j] &* Int64(x)
      }
      if isInteger {
        piece.append(Double(sum))
      } else {
        append(sample..<sample + 1, to: &piece, value)
      }
    }
  }

  @inline(__always)
  private func append(
    _ samples: Range<Int>, to piece: inout ProjectionPiece, _ value: (Int) -> Double
  ) {
    var sum = ExactSum()
    for sample in samples {
      sum.removeAll()
      var isFinite = true
      for (j, entry) in entries.enumerated() {
        let x = value(sample * entries.count + j)
        if x.isFinite { sum.addProduct(entry, x) } else { isFinite = false }
      }
      if isFinite {
        piece.append(sum)
      } else {
        piece.isFinite = false
        piece.append(0)
      }
    }
  }
}
