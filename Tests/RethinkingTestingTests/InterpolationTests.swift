import LinearAlgebra
import RandomStreams
import RethinkingTesting
import TestSupport
import Testing

@Suite("A function is checked at its samples")
struct InterpolationTests {
  @Test("Targets pass, and so does what differs by the bound", arguments: PropertyCase.all)
  func passes(_ property: PropertyCase) throws {
    let fault = PlantedFault(property)
    try checkInterpolates(fault.samples, targets: fault.targets, bound: 0) { _ in fault.targets }
    let off = fault.targets { $0 + 0.5 }
    let difference = (off - fault.targets).largestAbsoluteEntry
    try checkInterpolates(fault.samples, targets: fault.targets, bound: difference) { _ in off }
  }

  @Test("A planted fault is named with both values and the bound", arguments: PropertyCase.all)
  func fails(_ property: PropertyCase) {
    let fault = PlantedFault(property)
    let off = fault.targets { $0 + 0.5 }
    let bound = (off - fault.targets).largestAbsoluteEntry.nextDown
    let found = violation {
      try checkInterpolates(fault.samples, targets: fault.targets, bound: bound) { _ in off }
    }
    #expect(found?.property == .interpolation)
    #expect(found?.sample == fault.sample && found?.output == fault.output)
    #expect(found?.expected == "\(fault.targets[fault.sample, fault.output])")
    #expect(found?.found == "\(off[fault.sample, fault.output])")
    #expect(found?.bound == bound)
  }

  @Test("Of several faults the largest is named, and how many samples have one")
  func severalFaults() {
    let targets = Matrix<Double>(rows: 4, columns: 2)
    let values = Matrix<Double>(rows: 4, columns: 2, columnMajor: [0, 1, 0, -2, 0, -9, 0, 1])
    let found = violation {
      try checkInterpolates(targets, targets: targets, bound: 0.5) { _ in values }
    }
    #expect(found?.sample == 1 && found?.output == 1 && found?.found == "-9.0")
    #expect(found?.advice.hasPrefix("2 of 4 samples differ") == true)
  }

  @Test("A value that is no number is named, however large the bound", arguments: PropertyCase.all)
  func notFinite(_ property: PropertyCase) {
    let fault = PlantedFault(property)
    for value in [Double.nan, .infinity, -.infinity] {
      let off = fault.targets { _ in value }
      let found = violation {
        try checkInterpolates(fault.samples, targets: fault.targets, bound: .infinity) { _ in off }
      }
      #expect(found?.sample == fault.sample && found?.output == fault.output)
      #expect(found?.expected == "a finite number" && found?.found == "\(value)")
    }
  }

  @Test("Outputs of another shape are named, also the transposed ones")
  func shape() {
    let samples = Matrix<Double>(rows: 3, columns: 2)
    let targets = Matrix<Double>(rows: 3, columns: 1)
    for wrong in [(1, 3), (3, 2), (2, 1), (0, 0)] {
      let found = violation {
        try checkInterpolates(samples, targets: targets, bound: 1) { _ in
          Matrix(rows: wrong.0, columns: wrong.1)
        }
      }
      #expect(found?.expected == "3 x 1 outputs" && found?.found == "\(wrong.0) x \(wrong.1)")
      #expect(found?.sample == nil)
    }
  }

  @Test("A bound that is no bound, or a target too few, stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      let one = Matrix<Double>(rows: 1, columns: 1)
      try? checkInterpolates(one, targets: one, bound: .nan) { $0 }
    }
    await #expect(processExitsWith: .failure) {
      let one = Matrix<Double>(rows: 1, columns: 1)
      try? checkInterpolates(one, targets: Matrix(rows: 2, columns: 1), bound: 0) { $0 }
    }
  }

  @Test("Labels within less than one half pass, one half fails", arguments: PropertyCase.all)
  func roundedLabels(_ property: PropertyCase) throws {
    let fault = PlantedFault(property)
    var stream = property.stream("labels")
    let labels = (0..<fault.samples.rows).map { _ in stream.integer(below: 10) }
    var values = Matrix(rows: labels.count, columns: 1) { i, _ in
      Double(labels[i]) + 0.99 * (stream.uniform() - 0.5)
    }
    try checkRecoversLabels(fault.samples, labels: labels, classes: 1) { _ in values }
    values[fault.sample, 0] =
      Double(labels[fault.sample]) + (stream.integer(below: 2) == 0 ? 0.5 : -0.5)
    let found = violation {
      try checkRecoversLabels(fault.samples, labels: labels, classes: 1) { _ in values }
    }
    #expect(found?.property == .labelRecovery && found?.sample == fault.sample)
    #expect(found?.expected == "less than 1/2 from \(labels[fault.sample])")
    #expect(found?.found == "\(values[fault.sample, 0])")
  }

  @Test("The largest output names the label, a tie does not", arguments: PropertyCase.all)
  func largestOutput(_ property: PropertyCase) throws {
    let fault = PlantedFault(property)
    let classes = max(2, fault.targets.columns)
    var stream = property.stream("labels")
    let labels = (0..<fault.samples.rows).map { _ in stream.integer(below: classes) }
    var values = Matrix(rows: labels.count, columns: classes) { i, j in
      j == labels[i] ? 1 : stream.uniform()
    }
    try checkRecoversLabels(fault.samples, labels: labels, classes: classes) { _ in values }
    let other = (labels[fault.sample] + 1) % classes
    values[fault.sample, other] = 1
    let found = violation {
      try checkRecoversLabels(fault.samples, labels: labels, classes: classes) { _ in values }
    }
    #expect(found?.sample == fault.sample && found?.output == other && found?.found == "1.0")
  }
}
