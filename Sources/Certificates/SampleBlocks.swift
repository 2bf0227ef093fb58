public import LinearAlgebra

/// The values of some samples as they are stored, sample after sample.
public enum SampleValues: Sendable {
  /// Bytes.
  case bytes([UInt8])
  /// Real numbers of single precision.
  case floats([Float])
  /// Real numbers of double precision.
  case doubles([Double])

  /// The number of values.
  var count: Int {
    switch self {
    case .bytes(let values): values.count
    case .floats(let values): values.count
    case .doubles(let values): values.count
    }
  }

  /// Some values as doubles, which hold each of them exactly.
  func doubles(_ range: Range<Int>) -> [Double] {
    switch self {
    case .bytes(let values): values[range].map { Double($0) }
    case .floats(let values): values[range].map { Double($0) }
    case .doubles(let values): Array(values[range])
    }
  }
}

/// Samples that are read block after block, so that not all must be in memory.
public struct SampleBlocks<Failure: Error>: Sendable {
  /// The number of samples n.
  public let count: Int
  /// The input dimension d.
  public let dimension: Int
  /// How many samples are read at a time.
  public let blockCount: Int
  /// Reads consecutive samples, counted from 0: as many times d values.
  public let read: @Sendable (_ samples: Range<Int>) throws(Failure) -> SampleValues

  /// Creates samples that a closure reads.
  ///
  /// - Parameters:
  ///   - count: n.
  ///   - dimension: d.
  ///   - blockCount: how many samples to read at a time; nil for about 2²⁴ values.
  ///   - read: reads consecutive samples, in increasing order, each once for each check.
  public init(
    count: Int, dimension: Int, blockCount: Int? = nil,
    read: @escaping @Sendable (_ samples: Range<Int>) throws(Failure) -> SampleValues
  ) {
    precondition(count >= 0 && dimension >= 0, "samples have no negative size")
    self.count = count
    self.dimension = dimension
    self.blockCount = max(1, blockCount ?? (1 << 24) / max(1, dimension))
    self.read = read
  }

  /// Calls a closure with each block of samples in turn.
  func forEachBlock(
    _ body: (_ samples: Range<Int>, _ values: SampleValues) -> Void
  ) throws(Failure) {
    for first in stride(from: 0, to: count, by: blockCount) {
      let range = first..<min(first + blockCount, count)
      let values = try read(range)
      precondition(values.count == range.count * dimension, "d values for each sample")
      body(range, values)
    }
  }
}

extension SampleBlocks where Failure == Never {
  /// Samples that are in memory.
  ///
  /// - Parameters:
  ///   - values: n d values, sample after sample.
  ///   - count: n.
  ///   - dimension: d.
  public init(_ values: SampleValues, count: Int, dimension: Int) {
    precondition(values.count == count * dimension, "d values for each sample")
    self.init(count: count, dimension: dimension, blockCount: count) { _ in values }
  }

  /// The rows of a matrix of doubles.
  ///
  /// - Parameter samples: Z, n × d, one row a sample.
  public init(_ samples: Matrix<Double>) {
    self.init(count: samples.rows, dimension: samples.columns) { range in
      .doubles(rowMajor(samples, range))
    }
  }

  /// The rows of a matrix of floats.
  ///
  /// - Parameter samples: Z, n × d, one row a sample.
  public init(_ samples: Matrix<Float>) {
    self.init(count: samples.rows, dimension: samples.columns) { range in
      .floats(rowMajor(samples, range))
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func rowMajor<Scalar: LinearAlgebraScalar>(
  _ samples: Matrix<Scalar>, _ range: Range<Int>
) -> [Scalar] {
  range.count == samples.rows
    ? samples.transposed().elements : samples.rows(range).transposed().elements
}
