import Datasets
import Experiments
import Foundation
import ReLUInterpolation
import ReLUNetworks
import Testing

@Suite("Constructions side by side")
struct ConstructionStudyTests {
  private func gaussian(_ count: Int, _ dimension: Int, classes: Int = 10) -> CorruptedSample {
    let points = gaussianPoints(
      count: count, dimension: dimension, classes: classes, seed: 4)
    return DatasetSplit(train: points, test: points.prefix(0)).corrupted(by: .none, seed: 0)
  }

  private func row(
    _ record: ConstructionStudyRecord, _ method: ConstructionMethod
  ) throws -> ConstructionStudyRow {
    try #require(record.rows.first { $0.method == method })
  }

  @Test("On Gaussian points all apply, are certified, and have the sizes of their sources")
  func gaussianSample() throws {
    let (n, d) = (60, 7)
    let sample = gaussian(n, d)
    let record = studyConstructions(sample, configuration: ConstructionStudyConfiguration())
    #expect(record.rows.map(\.method) == ConstructionMethod.allCases)
    #expect(record.certified && record.rows.allSatisfy { $0.refusal == nil })
    #expect(record.sample.sha256 == sample.train.sha256)
    func measures(_ method: ConstructionMethod) throws -> ConstructionMeasures {
      try #require(try row(record, method).measures)
    }
    for method in ConstructionMethod.allCases {
      let measures = try measures(method)
      #expect(measures.certified && measures.maxAbsoluteResidual < 1.0 / 9)
      #expect(measures.nonZeroWeights > 0 && measures.largestWeight > 0)
      #expect(measures.precision.meanBits <= Double(measures.precision.largestBits))
      #expect(measures.precision.largestBits <= 53)
    }
    #expect(try measures(.sharedDirection).storedNumbers == 2 * n + d)
    #expect(try measures(.sharedDirection).width == n)
    #expect(try measures(.runningSums).depth == 8)
    #expect(try measures(.runningSums).storedNumbers == 2 * n + d)
    #expect(try measures(.ownDirections).storedNumbers == n * d + 2 * n)
    #expect(try measures(.slabs).hiddenUnits == 4 * 9)
    #expect(try measures(.clippedSums).depth == 3)
    // m = 8 is the least even number with m² ≥ 60, so there are 8 groups.
    #expect(try measures(.clippedSums).hiddenUnits == 16 + 16)
  }

  @Test("A construction whose assumption fails stands there with its error")
  func refusals() throws {
    let sample = gaussian(40, 3)
    let unscaled = studyConstructions(
      sample,
      configuration: ConstructionStudyConfiguration(targets: .classIndex, depth: 3))
    #expect(unscaled.certified)
    let clipped = try row(unscaled, .clippedSums)
    #expect(clipped.measures == nil)
    #expect(clipped.refusal?.contains("outside [-1, 1]: rescale the targets") ?? false)
    #expect(unscaled.rows.count { $0.measures == nil } == 1)
    // Two-pixel images whose second pixel is 0 lie on one line.
    let line = tinySplit(train: (0..<6).map { ([UInt8(40 * $0), 0], $0 % 3) }, test: [])
      .corrupted(by: .none, seed: 0)
    let record = studyConstructions(line, configuration: ConstructionStudyConfiguration())
    #expect(try row(record, .slabs).refusal?.contains("not in general position") ?? false)
    #expect(record.rows.count { $0.measures?.certified == true } == 4)
    // Nothing fits two labels of one image.
    let clash = tinySplit(train: [([1, 2], 0), ([1, 2], 1)], test: [])
      .corrupted(by: .none, seed: 0)
    let none = studyConstructions(clash, configuration: ConstructionStudyConfiguration())
    #expect(none.rows.allSatisfy { $0.refusal?.contains("no function fits both") ?? false })
  }

  @Test("Images, of which there are fewer than dimensions, need four units in slabs")
  func images() throws {
    let sample = smallSplit(30).corrupted(by: .randomLabels, seed: 1)
    let record = studyConstructions(
      sample, configuration: ConstructionStudyConfiguration(seed: 2))
    #expect(record.certified && record.rows.allSatisfy { $0.measures != nil })
    #expect(try row(record, .slabs).measures?.width == 4)
  }

  @Test("No more samples are taken than the limit says, and the record tells")
  func limit() throws {
    let record = studyConstructions(
      gaussian(12, 2),
      configuration: ConstructionStudyConfiguration(methods: [.sharedDirection], sampleLimit: 7))
    #expect(record.n == 7 && record.sample.samples == 12)
    #expect(try row(record, .sharedDirection).measures?.storedNumbers == 16)
  }

  @Test("One class, one sample, and only the methods asked for")
  func small() throws {
    let one = studyConstructions(
      gaussian(1, 2, classes: 1),
      configuration: ConstructionStudyConfiguration(methods: [.slabs, .clippedSums]))
    #expect(one.rows.map(\.method) == [.slabs, .clippedSums])
    #expect(one.certified && one.rows.allSatisfy { $0.measures != nil })
  }

  @Test("A record survives its JSON, with null where there is nothing")
  func coding() throws {
    let record = studyConstructions(
      gaussian(9, 2), configuration: ConstructionStudyConfiguration(targets: .classIndex))
    let data = try JSONEncoder().encode(record)
    #expect(try JSONDecoder().decode(ConstructionStudyRecord.self, from: data) == record)
    let text = String(decoding: data, as: UTF8.self)
    #expect(text.contains("\"measures\":null") && text.contains("\"refusal\":null"))
  }

  @Test("Gaussian points are named by their seed")
  func points() {
    let points = gaussianPoints(count: 400, dimension: 5, classes: 4, seed: 8)
    #expect(points == gaussianPoints(count: 400, dimension: 5, classes: 4, seed: 8))
    #expect(points != gaussianPoints(count: 400, dimension: 5, classes: 4, seed: 9))
    #expect(points.dimension == 5 && Set(points.labels) == [0, 1, 2, 3])
    guard case .reals(let values) = points.pixels else {
      Issue.record("points are real numbers")
      return
    }
    // Mean and mean square of 2,000 normal numbers, within six standard deviations of theirs.
    let count = Float(values.count)
    #expect(abs(values.reduce(0, +) / count) < 6 / count.squareRoot())
    let square = values.reduce(0) { $0 + $1 * $1 } / count
    #expect(abs(square - 1) < 6 * (2 / count).squareRoot())
  }
}
