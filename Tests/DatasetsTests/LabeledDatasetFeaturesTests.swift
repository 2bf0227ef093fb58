import Datasets
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Images become vectors by the documented formulas")
struct LabeledDatasetFeaturesTests {
  @Test(
    "Rows of the feature matrix are images, in all ways of preprocessing",
    arguments: PropertyCase.all)
  func formulas(_ property: PropertyCase) {
    for dataset in [randomDataset(property), randomDataset(property).withReals] {
      checkFormulas(dataset, Double.self)
      checkFormulas(dataset, Float.self)
    }
  }

  private func checkFormulas<Scalar: LinearAlgebraScalar>(
    _ dataset: LabeledDataset, _ type: Scalar.Type
  ) {
    let d = dataset.dimension
    let raw = dataset.featureMatrix(.raw, of: type)
    let scaled = dataset.featureMatrix(.scaled, of: type)
    let standardized = dataset.featureMatrix(.standardized, of: type)
    #expect(raw.rows == dataset.count && raw.columns == d)
    for i in 0..<dataset.count {
      let image = storedValues(of: dataset, image: i)
      #expect(raw.row(i).map { Double($0) } == image)
      let fractions = image.map { $0 / 255 }
      #expect(near(scaled.row(i), fractions, Tolerance.arithmetic.bound(type, size: 1, scale: 1)))
      let mean = fractions.reduce(0, +) / Double(d)
      let squares = fractions.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = max((squares / Double(d)).squareRoot(), 1 / Double(d).squareRoot())
      // Sums of d values at most 1, divided by the deviation once for the value, once for itself.
      let bound = Tolerance.arithmetic.bound(
        type, size: d + 5, scale: (1 + 1 / deviation) / deviation)
      #expect(near(standardized.row(i), fractions.map { ($0 - mean) / deviation }, bound))
    }
  }

  /// The bytes of an image in the order of ``ImageShape``.
  private func storedValues(of dataset: LabeledDataset, image: Int) -> [Double] {
    let shape = dataset.shape
    var values: [Double] = []
    for channel in 0..<shape.channels {
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          values.append(
            dataset.value(image: image, channel: channel, row: row, column: column))
        }
      }
    }
    return values
  }

  private func near<Scalar: LinearAlgebraScalar>(
    _ computed: [Scalar], _ exact: [Double], _ bound: Double
  ) -> Bool {
    computed.count == exact.count
      && zip(computed, exact).allSatisfy { abs(Double($0) - $1) <= bound }
  }

  @Test("A constant image becomes zero, not a division by zero", arguments: [0, 1, 77, 255])
  func constantImage(_ value: UInt8) {
    let shape = ImageShape(height: 5, width: 5, channels: 3)
    let dataset = LabeledDataset(
      shape: shape, pixels: .bytes([UInt8](repeating: value, count: 75)), labels: [0],
      classNames: ["a"], provenance: Provenance(name: "constant"))
    let features = dataset.featureMatrix(.standardized, of: Double.self)
    // The mean of 75 equal numbers is off by rounding, and the divisor is 1/√75.
    let bound = Tolerance.arithmetic.bound(
      Double.self, size: 75, scale: Double(value) / 255 * 75.0.squareRoot())
    #expect(Double(features.largestAbsoluteEntry) <= bound)
  }

  @Test("A standardised image by hand")
  func byHand() {
    let dataset = LabeledDataset(
      shape: ImageShape(height: 1, width: 4, channels: 1), pixels: .bytes([0, 0, 255, 255]),
      labels: [0], classNames: ["a"], provenance: Provenance(name: "step"))
    // Mean 1/2, deviation 1/2, and 1/√4 is no larger.
    #expect(dataset.featureMatrix(.standardized, of: Float.self).elements == [-1, -1, 1, 1])
    let faint = LabeledDataset(
      shape: ImageShape(height: 1, width: 4, channels: 1), pixels: .reals([0, 0, 127.5, 127.5]),
      labels: [0], classNames: ["a"], provenance: Provenance(name: "faint step"))
    // Mean 1/4 and deviation 1/4, below the least divisor 1/2.
    #expect(
      faint.featureMatrix(.standardized, of: Double.self).elements == [-0.5, -0.5, 0.5, 0.5])
  }

  @Test("Columns are the images asked for, in the order asked for", arguments: PropertyCase.all)
  func columns(_ property: PropertyCase) {
    let dataset = randomDataset(property)
    var stream = property.stream("columns")
    let indices =
      dataset.count == 0
      ? [] : (0..<property.first).map { _ in stream.integer(below: dataset.count) }
    for preprocessing in Preprocessing.allCases {
      let columns = dataset.columns(indices, preprocessing, of: Float.self)
      let rows = dataset.featureMatrix(preprocessing, of: Float.self).rows(indices)
      #expect(columns == rows.transposed())
    }
  }

  @Test("One-hot rows have a one at the label", arguments: PropertyCase.all)
  func oneHot(_ property: PropertyCase) {
    let dataset = randomDataset(property)
    let targets = dataset.oneHotLabels(of: Float.self)
    #expect(
      targets
        == Matrix(rows: dataset.count, columns: 3) { i, j in dataset.labels[i] == j ? 1 : 0 })
  }

  @Test("An image that is not there stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = patternDataset().columns([3], .raw, of: Double.self)
    }
  }
}
