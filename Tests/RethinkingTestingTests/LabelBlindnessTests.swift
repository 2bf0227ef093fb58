import LinearAlgebra
import ReLUInterpolation
import ReLUNetworks
import RethinkingTesting
import TestSupport
import Testing

@Suite("What must not depend on the targets is found out where it does")
struct LabelBlindnessTests {
  @Test("The construction's direction and thresholds pass", arguments: PropertyCase.all)
  func passes(_ property: PropertyCase) throws {
    let fault = PlantedFault(property)
    // Some samples twice, with equal targets.
    let rows = Array(0..<fault.samples.rows) + [0, fault.sample]
    try checkLabelBlind(
      fault.samples.rows(rows), targets: fault.targets.rows(rows), seed: UInt64(property.seed)
    ) {
      let network = try ReLUInterpolant.fit($0, targets: $1, seed: 3).network
      return network.direction + network.thresholds
    }
  }

  @Test("Output weights do depend on them", arguments: PropertyCase.all)
  func fails(_ property: PropertyCase) {
    let fault = PlantedFault(property)
    let found = violation {
      try checkLabelBlind(fault.samples, targets: fault.targets) {
        try ReLUInterpolant.fit($0, targets: $1, seed: 3).network.outputWeights.elements
      }
    }
    #expect(found?.property == .labelBlindness)
  }

  @Test("The number that changes and the targets that change it are named")
  func namesTheNumber() {
    let samples = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 2, 3])
    let targets = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 2, 4])
    func check(_ part: @escaping (Matrix<Double>) -> [Double]) -> PropertyViolation? {
      violation {
        try checkLabelBlind(samples, targets: targets) { _, y in part(y) }
      }
    }
    #expect(check { _ in [0, 1] } == nil)
    // The sum survives an exchange, its sign does not survive opposite targets.
    let opposite = check { [5, $0.elements.reduce(0, +) > 0 ? 1 : -1] }
    #expect(opposite?.expected == "number 1 to be 1.0 for all targets")
    #expect(opposite?.found == "-1.0 with opposite targets")
    let zero = check { [$0.elements.map(abs).max() ?? 0 > 0 ? 1 : 0] }
    #expect(zero?.found == "0.0 with zero targets")
    // Integers stay integers under all but the random targets.
    let random = check { [$0.elements.allSatisfy { $0 == $0.rounded() } ? 1 : 0] }
    #expect(random?.found == "0.0 with random targets")
    let count = check { [Double](repeating: 0, count: $0.elements.count { $0 > 0 }) }
    #expect(count?.expected == "3 numbers, as with the given targets")
    #expect(count?.found == "0 with opposite targets")
  }

  @Test("The other targets are the given ones exchanged, opposite ones, zeros, and others")
  func otherTargets() throws {
    let samples = Matrix<Double>(rows: 5, columns: 1, columnMajor: [1, 2, 3, 2, 5])
    let targets = Matrix<Double>(rows: 5, columns: 1, columnMajor: [1, 2, 4, 2, 8])
    for seed in 0..<200 as Range<UInt64> {
      var seen: [[Double]] = []
      try checkLabelBlind(samples, targets: targets, seed: seed) { _, y in
        seen.append(y.elements)
        return []
      }
      try #require(seen.count == 5)
      #expect(seen[0] == targets.elements)
      #expect(Set(seen[1]) == Set(targets.elements))
      #expect(seen[2] == targets.elements.map { -$0 } && seen[3] == [0, 0, 0, 0, 0])
      #expect(Set(seen[4]).count == 4)
      // Equal samples keep equal targets.
      #expect(seen.allSatisfy { $0[1] == $0[3] })
    }
  }
}
