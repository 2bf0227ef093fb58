import Capacity
import LinearAlgebra
import Networks
import Testing

@Suite("All measures of a network")
struct NetworkCapacityTests {
  /// Samples (a, 0) with label 1, a = 1, …, 8.
  private let source = MatrixSource(
    samples: Matrix<Float>(rows: 2, columns: 8) { i, j in i == 0 ? Float(j + 1) : 0 },
    labels: [Int](repeating: 1, count: 8))

  private func values(
    _ trained: [[Float]], start: [[Float]]
  ) throws -> (values: [String: Double], graph: NetworkGraph) {
    let graph = try denseGraph([2, 2, 2], hasBias: false)
    let engine = ReferenceEngine(
      graph, loss: .crossEntropy, batchSize: 8,
      parameters: NetworkParameters(values: trained, statistics: []))
    let capacity = NetworkCapacity(
      of: engine, start: NetworkParameters(values: start, statistics: []), source: source,
      loss: .crossEntropy)
    #expect(capacity.measures.allSatisfy { !$0.reference.isEmpty })
    return (Dictionary(uniqueKeysWithValues: capacity.measures.map { ($0.name, $0.value) }), graph)
  }

  @Test("Each measure of a network of two layers has the value found by hand")
  func byHand() throws {
    // [[3 4], [0 -5]], then [[1 0], [2 -1]]; one entry of each moved, by 3 and by 4.
    let trained: [[Float]] = [[3, 4, 0, -5], [1, 0, 2, -1]]
    let (found, graph) = try values(trained, start: [[0, 4, 0, -5], [1, 0, 2, 3]])
    // The largest eigenvalues of W Wᵀ are 45 and 3 + 2 √2.
    let spectral = root(45) * (1 + root(2))
    let expected = [
      "parameters / samples": 1,
      "VC dimension, upper bound": VCDimension(graph).upperBound,
      // Logits (3a, 6a): margins 3, 6, …, 24.
      "smallest margin": 3, "margin, 10 % quantile": 3, "median margin": 12,
      "median margin / product of spectral norms": 12 / spectral,
      "Frobenius norm of the parameters": root(56), "distance to initialisation": 5,
      "product of Frobenius norms": root(50 * 6), "product of spectral norms": spectral,
      "sum of stable ranks": 50 / 45.0 + 6 / (3 + 2 * root(2)),
      // |W₁| 1 = (7, 5), |W₂| of it (7, 19); of squares (25, 25) and (25, 125).
      "path norm": 26, "path norm, p = 2": root(150),
      "group norm of the augmented layers": root(50 * 5),
      "Frobenius product of the augmented layers": root(50 * 5),
    ]
    for (name, value) in expected {
      let own = try #require(found[name], "\(name)")
      // The parameters' own norm is summed in their precision.
      let unit = name.hasPrefix("Frobenius norm") ? Double(Float.ulpOfOne) : 1e-12
      #expect(abs(own - value) <= unit * value, "\(name)")
    }
    // Rows moved by 3 and by 4 in layers of norms √45 and 1 + √2.
    let terms = [3 / root(45), 4 / (1 + root(2))].map(\.cubeRootOfSquare)
    let sum = terms[0] + terms[1]
    let complexity = spectral * sum * root(sum)
    #expect(abs((found["spectral complexity"] ?? 0) - complexity) <= 1e-12 * complexity)
    // ‖w - w₀‖² / (2 σ² n) = 25 / (16 σ²), at the variance of tolerated noise.
    let inverse = try #require(found["inverse variance of tolerated noise"])
    let divergence = try #require(found["PAC-Bayes divergence / samples"])
    #expect(abs(divergence - 25 * inverse / 16) <= 1e-12 * divergence)
    #expect((found["sharpness"] ?? 0) > 0)
  }

  @Test("Hidden units in another order have the same measures")
  func permuted() throws {
    let (first, _) = try values(
      [[3, 4, 0, -5], [1, 0, 2, -1]], start: [[0, 4, 0, -5], [1, 0, 2, 3]])
    let (second, _) = try values(
      [[0, -5, 3, 4], [0, 1, -1, 2]], start: [[0, -5, 0, 4], [0, 1, 3, 2]])
    #expect(first.keys == second.keys)
    // The noise of a weight is drawn for its place.
    for (name, value) in first where !name.contains("noise") && !name.contains("PAC-Bayes") {
      let other = try #require(second[name])
      #expect(abs(other - value) <= 1e-6 * abs(value), "\(name)")
    }
  }
}

extension Double {
  /// x^(2/3) of a positive number, by bisection.
  fileprivate var cubeRootOfSquare: Double {
    var (low, high) = (0.0, max(1, self))
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle * middle * middle < self * self { low = middle } else { high = middle }
    }
    return low
  }
}
