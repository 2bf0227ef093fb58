import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("Published constructions take the wanted values, each at its size")
struct NetworkConstructionTests {
  /// Random samples with targets in [-1, 1].
  private func instance(
    _ n: Int, _ d: Int, seed: Int, integers: Bool = false
  ) -> (samples: Matrix<Double>, targets: [Double]) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "construction", indices: n, d)
    let samples =
      integers
      ? distinctByteRows(n, dimension: d, from: &stream)
      : randomMatrix(rows: n, columns: d, from: &stream)
    return (samples, (0..<n).map { _ in 2 * stream.uniform() - 1 })
  }

  private func exactOutputs(_ network: ReLUNetwork, _ samples: Matrix<Double>) -> [Rational] {
    let layers = network.layers.map { ($0.dense(), $0.biases) }
    return (0..<samples.rows).map { i in
      exactForward(layers, input: samples.row(i).map { Rational($0) })[0]
    }
  }

  @Test(
    "Each fits every sample exactly but for the stated rounding",
    arguments: ConstructionMethod.allCases, [1, 2, 3, 5, 10, 23])
  func residual(_ method: ConstructionMethod, _ n: Int) throws {
    for d in [1, 2, 3, 5, 10, 30] {
      for integers in [false, true] {
        let (samples, targets) = instance(n, d, seed: 7 * n + d, integers: integers)
        let built = try NetworkConstruction.build(
          method, samples: samples, targets: targets,
          directionKind: integers ? .integer : .normal, seed: UInt64(d))
        let bounds = built.network.roundingBounds(of: samples)
        let plain = built.network.predict(samples)
        for (i, value) in exactOutputs(built.network, samples).enumerated() {
          let bound = Rational(bounds[i, 0])
          #expect((value - Rational(targets[i])).magnitude <= bound, "\(method) \(n) \(d)")
          #expect((value - Rational(plain[i, 0])).magnitude <= bound)
        }
        // The bound tells a fitted sample from one that is not; one sample alone sets no scale for
        // the gap below its projection.
        #expect(n == 1 || bounds.largestAbsoluteEntry < 1e-3, "\(method) \(n) \(d)")
      }
    }
  }

  @Test(
    "Each has the size that its source states", arguments: [1, 2, 3, 5, 10, 50, 101],
    [1, 2, 3, 10])
  func sizes(_ n: Int, _ d: Int) throws {
    let (samples, targets) = instance(n, d, seed: n)
    func build(_ method: ConstructionMethod) throws -> NetworkConstruction {
      try NetworkConstruction.build(method, samples: samples, targets: targets, seed: 1)
    }
    let shared = try build(.sharedDirection)
    #expect(shared.storedNumbers == 2 * n + d)
    #expect(shared.network.depth == 2 && shared.network.width == n)
    let deep = try build(.runningSums)
    #expect(deep.storedNumbers == 2 * n + d && deep.network.depth == 8)
    let own = try build(.ownDirections)
    #expect(own.storedNumbers == n * d + 2 * n)
    #expect(own.network.depth == 2 && own.network.width == n)
    #expect(own.network.nonZeroWeights <= own.storedNumbers)
    let slabs = try build(.slabs)
    #expect(slabs.network.depth == 2 && slabs.network.width == 4 * ((n + d - 1) / d))
    #expect(slabs.network.nonZeroWeights <= 4 * ((n + d - 1) / d) * (d + 2))
    let clipped = try build(.clippedSums)
    #expect(clipped.network.depth == 3)
    let positions = clipped.network.layers[1].units / 2
    #expect(positions % 2 == 0 && positions * positions >= n)
    #expect(clipped.network.layers[0].units == 2 * ((n + positions - 1) / positions))
    #expect(Double(clipped.network.width) <= 2 * Double(n).squareRoot() + 4)
    // Θ(n) weights: 4n between the hidden layers, and the rest in √n and d √n.
    let root = Double(n).squareRoot() + 2
    #expect(
      Double(clipped.network.nonZeroWeights)
        <= 4 * root * root + 2 * root * Double(d + 1) + 4 * root + 1)
  }

  @Test("Outside its slab a group adds exactly nothing", arguments: [3, 8, 20, 41])
  func slabsCancel(_ n: Int) throws {
    for d in [1, 2, 5] {
      let (samples, targets) = instance(n, d, seed: n + d)
      let network = try NetworkConstruction.build(
        .slabs, samples: samples, targets: targets, seed: 3
      ).network
      let (inner, biases) = (network.layers[0].dense(), network.layers[0].biases)
      var owners = 0
      for i in 0..<n {
        let input = samples.row(i).map { Rational($0) }
        for first in stride(from: 0, to: inner.rows, by: 4) {
          let units = (first..<first + 4).map { unit in
            zip(inner.row(unit), input).reduce(Rational(biases[unit])) {
              $0 + Rational($1.0) * $1.1
            }
          }
          if units[0] > 0 && units[2] < 0 {
            #expect(units[1] > 0 && units[3] < 0)
            owners += 1
          } else {
            #expect(units.allSatisfy { $0 > 0 } || units.allSatisfy { $0 < 0 })
            #expect(units[0] - units[1] - units[2] + units[3] == 0)
          }
        }
      }
      #expect(owners == n, "each sample lies in one slab")
    }
  }

  @Test("Equal samples with equal targets are merged", arguments: ConstructionMethod.allCases)
  func duplicates(_ method: ConstructionMethod) throws {
    let (distinct, targets) = instance(6, 3, seed: 5)
    let built = try NetworkConstruction.build(
      method, samples: distinct.rows([0, 1, 2, 3, 4, 5, 2, 0]),
      targets: targets + [targets[2], targets[0]],
      seed: 1)
    let single = try NetworkConstruction.build(
      method, samples: distinct, targets: targets, seed: 1)
    #expect(built.network == single.network)
    #expect(
      throws: ConstructionError.interpolation(.conflictingDuplicates(first: 1, second: 6))
    ) {
      try NetworkConstruction.build(
        method, samples: distinct.rows([0, 1, 2, 3, 4, 5, 1]), targets: targets + [targets[1] / 2],
        seed: 1)
    }
  }

  @Test("No sample, and samples without coordinates", arguments: ConstructionMethod.allCases)
  func empty(_ method: ConstructionMethod) throws {
    let network = try NetworkConstruction.build(
      method, samples: Matrix<Double>(rows: 0, columns: 2), targets: [], seed: 1
    ).network
    #expect(network.inputs == 2 && network.outputs == 1)
    let single = try NetworkConstruction.build(
      method, samples: Matrix<Double>(rows: 1, columns: 2), targets: [0.5], seed: 1
    ).network
    #expect(abs(single.predict(Matrix<Double>(rows: 1, columns: 2))[0, 0] - 0.5) <= 0x1p-50)
  }

  @Test("Points that are not in general position have no slabs, and the error says which")
  func notGeneral() throws {
    // Four points on a line in the plane: the line through two holds the other two.
    let line = Matrix<Double>(rows: 4, columns: 2) { i, j in j == 0 ? Double(i) : 2 * Double(i) + 1
    }
    let error = #expect(throws: ConstructionError.self) {
      try NetworkConstruction.build(.slabs, samples: line, targets: [0, 1, 0, 1], seed: 2)
    }
    guard case .onHyperplane(_, let distance, let rounding) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(distance <= rounding && rounding < 0x1p-40)
    // Three points on a line in space: no affine function has any values there.
    let flat = Matrix<Double>(rows: 3, columns: 3) { i, j in Double(i * (j + 1)) }
    let dependent = #expect(throws: ConstructionError.self) {
      try NetworkConstruction.build(.slabs, samples: flat, targets: [0, 1, 0], seed: 2)
    }
    guard case .affinelyDependent(let samples, 2) = dependent else {
      Issue.record("\(String(describing: dependent))")
      return
    }
    #expect(samples.sorted() == [0, 1, 2])
    // Both are fitted by the others.
    for method in [ConstructionMethod.sharedDirection, .ownDirections, .clippedSums] {
      let network = try NetworkConstruction.build(
        method, samples: line, targets: [0, 1, 0, 1], seed: 2
      ).network
      let values = network.predict(line).elements
      #expect(zip(values, [0, 1, 0, 1.0]).allSatisfy { abs($0 - $1) < 0x1p-30 })
    }
  }

  @Test("Targets beyond [-1, 1] have no clipped sums", arguments: [1 + 0x1p-52, -1.5, 1e12])
  func outOfRange(_ target: Double) throws {
    let (samples, _) = instance(3, 2, seed: 1)
    let targets = [1, target, -1]
    #expect(throws: ConstructionError.targetOutOfRange(sample: 1, value: target)) {
      try NetworkConstruction.build(.clippedSums, samples: samples, targets: targets, seed: 1)
    }
    for method in [ConstructionMethod.sharedDirection, .ownDirections, .slabs] {
      let network = try NetworkConstruction.build(
        method, samples: samples, targets: targets, seed: 1
      ).network
      let bounds = network.roundingBounds(of: samples)
      for (i, value) in exactOutputs(network, samples).enumerated() {
        #expect((value - Rational(targets[i])).magnitude <= Rational(bounds[i, 0]))
      }
    }
  }

  @Test("Targets at the ends of [-1, 1] are fitted by clipped sums", arguments: [4, 9, 16, 30])
  func extremes(_ n: Int) throws {
    let (samples, _) = instance(n, 3, seed: n)
    for pattern in 0..<4 {
      let targets = (0..<n).map { i in
        [1, -1, i.isMultiple(of: 2) ? 1 : -1, i.isMultiple(of: 3) ? 0 : 1][pattern]
      }.map { Double($0) }
      let network = try NetworkConstruction.build(
        .clippedSums, samples: samples, targets: targets, seed: 1
      ).network
      let bounds = network.roundingBounds(of: samples)
      for (i, value) in exactOutputs(network, samples).enumerated() {
        #expect((value - Rational(targets[i])).magnitude <= Rational(bounds[i, 0]))
      }
      #expect(bounds.largestAbsoluteEntry < 1e-3)
    }
  }

  @Test("Samples closer than rounding along their own direction are refused")
  func tooClose() {
    let samples = Matrix<Double>(
      rows: 3, columns: 2, columnMajor: [1e8, 1e8.nextUp, -1e8, 1e8, 1e8, 0])
    #expect(throws: ConstructionError.lostInRounding(first: 0, second: 1)) {
      try NetworkConstruction.build(
        .ownDirections, samples: samples, targets: [0, 1, 0], seed: 1)
    }
  }

  @Test(
    "Samples a few units in the last place apart are fitted or refused, by name", arguments: 0..<50)
  func nearlyEqual(_ seed: Int) {
    let samples = Matrix<Double>(rows: 6, columns: 1) { i, _ in 1e15 + Double(i) }
    let targets: [Double] = [0, 1, 0, -1, 1, 1]
    for method in ConstructionMethod.allCases {
      do throws(ConstructionError) {
        let network = try NetworkConstruction.build(
          method, samples: samples, targets: targets, seed: UInt64(seed)
        ).network
        let bounds = network.roundingBounds(of: samples)
        for (i, value) in exactOutputs(network, samples).enumerated() {
          #expect((value - Rational(targets[i])).magnitude <= Rational(bounds[i, 0]))
        }
      } catch {
        switch error {
        case .lostInRounding, .onHyperplane, .interpolation(.notSeparated): break
        default: Issue.record("\(method): \(error)")
        }
      }
    }
  }

  @Test("Weights beyond the largest double are refused by layer")
  func overflow() {
    let samples = Matrix<Double>(rows: 2, columns: 1, columnMajor: [0, 1e-300])
    let error = #expect(throws: ConstructionError.self) {
      try NetworkConstruction.build(.slabs, samples: samples, targets: [1e300, -1e300], seed: 1)
    }
    #expect(error.map { "\($0)" }?.contains("extreme size") ?? false)
  }

  @Test("Errors say what to try")
  func errors() {
    let errors: [(ConstructionError, String)] = [
      (.interpolation(.conflictingDuplicates(first: 1, second: 2)), "drop one"),
      (.linearAlgebra(.didNotConverge(routine: "gelsd", count: 1)), "gelsd"),
      (.lostInRounding(first: 3, second: 9), "samples 3 and 9"),
      (.affinelyDependent(samples: Array(0..<12), rank: 4), "0, 1, 2, 3, 4, 5, 6, 7, … span"),
      (.onHyperplane(sample: 5, distance: 0, rounding: 1e-12), "sample 5"),
      (.weightsOverflow(layer: 2), "layer 2"),
      (.targetOutOfRange(sample: 4, value: 9), "rescale the targets"),
    ]
    for (error, text) in errors { #expect("\(error)".contains(text), "\(error)") }
    for method in ConstructionMethod.allCases {
      #expect(!method.source.isEmpty && !method.assumption.isEmpty && !method.leftOut.isEmpty)
    }
  }
}
