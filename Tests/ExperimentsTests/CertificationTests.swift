import Certificates
import Datasets
import ExactArithmetic
import Experiments
import Foundation
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("A certification finds every change of network and sample")
struct CertificationTests {
  /// A few images with labels, the network of them, and what they were certified as.
  private struct Case {
    var sample: LabeledDataset
    var network: ReLUInterpolant
    var targets: InterpolationTargets

    init(_ property: PropertyCase, isReal: Bool = false) throws {
      var stream = property.stream("certified sample")
      let n = 2 + property.first % 7
      let shape = ImageShape(height: 1 + property.second % 3, width: 4, channels: 1)
      let bytes = (0..<n * shape.count).map { _ in UInt8(stream.integer(below: 256)) }
      let pixels: LabeledDataset.Pixels =
        isReal ? .reals(bytes.map { Float($0) / 7 }) : .bytes(bytes)
      sample = LabeledDataset(
        shape: shape, pixels: pixels, labels: (0..<n).map { _ in stream.integer(below: 4) },
        classNames: ["a", "b", "c", "d"], provenance: Provenance(name: "test"))
      targets = stream.integer(below: 2) == 0 ? .classIndex : .oneHot
      network = try ReLUInterpolant.fit(
        sample.featureMatrix(.raw, of: Float.self), targets: targets.matrix(of: sample),
        direction: isReal ? .normal : .integer, seed: UInt64(property.seed)
      ).network
    }

    var record: CertificationRecord {
      get throws(CertificationError) {
        try Certification(
          of: .sharedDirection(network), on: sample, targets: targets.matrix(of: sample)
        ).record
      }
    }
  }

  @Test(
    "One flipped bit anywhere changes a digest, and the residual where it changes a value",
    arguments: PropertyCase.all)
  func flippedBits(_ property: PropertyCase) throws {
    var stream = property.stream("flipped bits")
    let intact = try Case(property)
    let record = try intact.record
    #expect(record.certified && record.exact)
    #expect(try intact.record.differences(from: record).isEmpty)

    func flip(_ numbers: [Double]) -> [Double] {
      var numbers = numbers
      let place = stream.integer(below: numbers.count)
      numbers[place] = Double(
        bitPattern: numbers[place].bitPattern ^ (1 << UInt64(stream.integer(below: 64))))
      return numbers
    }
    func differences(_ changed: Case) throws -> Set<String> {
      Set(try changed.record.differences(from: record))
    }
    let network = intact.network
    for _ in 0..<3 {
      var changed = intact
      let weights = flip(network.outputWeights.elements)
      changed.network = ReLUInterpolant(
        direction: network.direction, thresholds: network.thresholds,
        outputWeights: Matrix(
          rows: network.hiddenUnits, columns: network.outputs, columnMajor: weights))
      var found = try differences(changed)
      #expect(found.contains("networkSHA256") && !found.contains("sampleSHA256"))
      // The sign of a weight 0 has no value. At the sample of the largest projection every unit is
      // active, so that no other one hides the change.
      for output in 0..<network.outputs
      where changed.network.outputWeights.column(output) != network.outputWeights.column(output) {
        #expect(try lastResidual(changed, output) != lastResidual(intact, output))
      }

      let thresholds = flip(network.thresholds)
      if zip(thresholds, thresholds.dropFirst()).allSatisfy({ $0 < $1 }) {
        changed.network = ReLUInterpolant(
          direction: network.direction, thresholds: thresholds,
          outputWeights: network.outputWeights)
        #expect(try differences(changed).contains("networkSHA256"))
      }

      changed.network = ReLUInterpolant(
        direction: flip(network.direction), thresholds: network.thresholds,
        outputWeights: network.outputWeights)
      #expect(try differences(changed).contains("networkSHA256"))

      changed = intact
      guard case .bytes(var bytes) = intact.sample.pixels else { return }
      bytes[stream.integer(below: bytes.count)] ^= 1 << UInt8(stream.integer(below: 8))
      changed.sample = replacing(intact.sample, pixels: bytes)
      found = try differences(changed)
      #expect(found.contains("sampleSHA256") && !found.contains("networkSHA256"))
      #expect(!found.contains("targetsSHA256"))

      changed = intact
      var labels = intact.sample.labels
      labels[stream.integer(below: labels.count)] ^= 1 << stream.integer(below: 2)
      changed.sample = intact.sample.replacing(labels: labels, step: "a flipped bit")
      found = try differences(changed)
      #expect(found.isSuperset(of: ["sampleSHA256", "targetsSHA256", "exactResidual"]))
      #expect(found.contains("certified") && found.contains("recoversTargets"))
    }
  }

  /// The exact residual of one output at the sample of the largest projection.
  private func lastResidual(_ checked: Case, _ output: Int) throws -> String {
    let network = checked.network
    let projections = ExactProjections(of: checked.sample.sampleBlocks, along: network.direction)
    let last = try #require(
      projections.heads.indices.max { projections.heads[$0] < projections.heads[$1] })
    let certificate = InterpolationCertificate(
      checking: ReLUInterpolant(
        direction: network.direction, thresholds: network.thresholds,
        outputWeights: network.outputWeights.columns(output..<output + 1)),
      samples: SampleBlocks(
        checked.sample.featureMatrix(.raw, of: Double.self).rows([last])),
      targets: checked.targets.matrix(of: checked.sample).rows([last])
        .columns(output..<output + 1))
    return "\(String(describing: certificate.exactResidual))"
  }

  private func replacing(_ sample: LabeledDataset, pixels: [UInt8]) -> LabeledDataset {
    LabeledDataset(
      shape: sample.shape, pixels: .bytes(pixels), labels: sample.labels,
      classNames: sample.classNames, provenance: sample.provenance)
  }

  @Test("A flipped bit of a real pixel is found by the digest", arguments: PropertyCase.all)
  func realPixels(_ property: PropertyCase) throws {
    var stream = property.stream("flipped real bits")
    let intact = try Case(property, isReal: true)
    let record = try intact.record
    guard case .reals(var values) = intact.sample.pixels else { return }
    let place = stream.integer(below: values.count)
    values[place] = Float(
      bitPattern: values[place].bitPattern ^ (1 << UInt32(stream.integer(below: 32))))
    var changed = intact
    changed.sample = LabeledDataset(
      shape: intact.sample.shape, pixels: .reals(values), labels: intact.sample.labels,
      classNames: intact.sample.classNames, provenance: intact.sample.provenance)
    #expect(try changed.record.differences(from: record).contains("sampleSHA256"))
  }

  @Test("A record comes back from JSON, and each changed field is named", arguments: 0..<50)
  func json(seed: Int) throws {
    let record = try Case(PropertyCase(seed: seed)).record
    let data = try JSONEncoder().encode(record)
    #expect(try JSONDecoder().decode(CertificationRecord.self, from: data) == record)
    let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object.count == 17)
    let others: [String: Any] = [
      "kind": "feed-forward", "interleaving": "weak", "exactResidual": "1/3", "certified": false,
      "exact": false, "recoversTargets": false,
    ]
    for (key, value) in object {
      var changed = object
      if let other = others[key] {
        changed[key] = other
      } else if let text = value as? String {
        changed[key] = text + "0"
      } else if let number = value as? Double {
        changed[key] = number + 1
      } else {
        changed[key] = 3
      }
      let text = try JSONSerialization.data(withJSONObject: changed)
      let other = try JSONDecoder().decode(CertificationRecord.self, from: text)
      #expect(record.differences(from: other) == [key])
    }
  }

  @Test("The evidence says the same in integers", arguments: PropertyCase.all)
  func evidence(_ property: PropertyCase) throws {
    let checked = try Case(property, isReal: property.seed % 2 == 0)
    let certification = try Certification(
      of: .sharedDirection(checked.network), on: checked.sample,
      targets: checked.targets.matrix(of: checked.sample))
    let text = try #require(certification.evidence)
    let evidence = try Evidence(text)
    let network = checked.network
    #expect(evidence.units.count == network.hiddenUnits)
    #expect(evidence.samples.count == checked.sample.count)
    // The bound is reached and never exceeded.
    #expect(evidence.largestMiss == evidence.bound)
    #expect(evidence.bound == certification.record.certificate.exactResidual)
    for (unit, (threshold, weights)) in evidence.units.enumerated() {
      #expect(threshold == Rational(network.thresholds[unit]))
      #expect(weights == network.outputWeights.row(unit).map { Rational($0) })
    }
    let points = evidence.samples.map(\.point)
    #expect(zip(points, points.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test("A network of other sizes than the sample is told so")
  func sizes() throws {
    let checked = try Case(PropertyCase(seed: 5))
    let network = checked.network
    let wide = ReLUInterpolant(
      direction: network.direction + [1], thresholds: network.thresholds,
      outputWeights: network.outputWeights)
    let targets = checked.targets.matrix(of: checked.sample)
    let d = checked.sample.dimension
    #expect(throws: CertificationError.wrongDimension(network: d + 1, sample: d)) {
      try Certification(of: .sharedDirection(wide), on: checked.sample, targets: targets)
    }
    let outputs = network.outputs
    #expect(throws: CertificationError.wrongOutputs(network: outputs, expected: [outputs + 1])) {
      try Certification(
        of: .sharedDirection(network), on: checked.sample,
        targets: Matrix(rows: checked.sample.count, columns: outputs + 1))
    }
    #expect(try InterpolationTargets(outputs: 1, classes: 10) == .classIndex)
    #expect(try InterpolationTargets(outputs: 10, classes: 10) == .oneHot)
    #expect(throws: CertificationError.wrongOutputs(network: 3, expected: [1, 10])) {
      try InterpolationTargets(outputs: 3, classes: 10)
    }
  }
}
