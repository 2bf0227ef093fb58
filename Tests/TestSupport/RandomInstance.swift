public import LinearAlgebra
import RandomStreams

/// A random sample of different points with random targets.
public struct RandomInstance: Sendable, CustomStringConvertible {
  /// How the points lie.
  public enum Kind: String, Sendable, CaseIterable {
    /// Independent standard normal coordinates.
    case gaussian
    /// Three clusters a thousand million times narrower than their distance.
    case clustered
    /// On one line.
    case collinear
    /// Integers from 0 to 255, neighbours among them.
    case lattice
    /// Normal coordinates times 10¹⁰⁰.
    case huge
    /// Normal coordinates times 10⁻¹⁰⁰.
    case tiny
  }

  /// The seed.
  public let seed: Int
  /// How the points lie.
  public let kind: Kind
  /// The points, n × d with d from 1 to 20.
  public let samples: Matrix<Double>
  /// The targets, n × C with C from 1 to 3: normal, class indices, or up to 10¹² in size.
  public let targets: Matrix<Double>

  /// 1,000 seeds.
  public static let seeds = 0..<1000

  /// Draws an instance.
  ///
  /// - Parameters:
  ///   - seed: the seed; kinds take turns.
  ///   - maximalSize: the largest n; sizes are log-uniform from 1, and every 50th is the largest.
  public init(seed: Int, maximalSize: Int = 200) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "random instance")
    let bits = Int.bitWidth - maximalSize.leadingZeroBitCount
    let drawn = 1 + stream.integer(below: 1 << (1 + stream.integer(below: bits)))
    let n = seed % 50 == 49 ? maximalSize : min(maximalSize, drawn)
    let d = 1 + stream.integer(below: 20)
    let kind = Kind.allCases[seed % Kind.allCases.count]
    self.seed = seed
    self.kind = kind
    samples = Self.points(n, d, kind, from: &stream)
    let size = [1, 1, 1e12][stream.integer(below: 3)]
    let isClass = stream.integer(below: 3) == 0
    targets = Matrix(rows: n, columns: 1 + stream.integer(below: 3)) { _, _ in
      isClass ? Double(stream.integer(below: 10)) : size * (2 * stream.uniform() - 1)
    }
  }

  private static func points(
    _ n: Int, _ d: Int, _ kind: Kind, from stream: inout RandomStream
  ) -> Matrix<Double> {
    let normal: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    switch kind {
    case .gaussian: return normal
    case .huge: return normal.map { $0 * 1e100 }
    case .tiny: return normal.map { $0 * 1e-100 }
    case .clustered:
      let centres: Matrix<Double> = randomMatrix(rows: 3, columns: d, from: &stream)
      return Matrix(rows: n, columns: d) { i, j in centres[i % 3, j] + 1e-9 * normal[i, j] }
    case .collinear:
      let places = stream.permutation(of: n)
      let line: Matrix<Double> = randomMatrix(rows: 2, columns: d, from: &stream)
      return Matrix(rows: n, columns: d) { i, j in line[0, j] + Double(places[i]) * line[1, j] }
    case .lattice:
      let places = stream.permutation(of: 256)
      return Matrix(rows: n, columns: d) { i, j in
        j == 0 ? Double(places[i]) : Double(stream.integer(below: 3))
      }
    }
  }

  /// The seed, the kind and the sizes, for the report of a failure.
  public var description: String {
    "seed \(seed), \(kind), n = \(samples.rows), d = \(samples.columns), C = \(targets.columns)"
  }
}
