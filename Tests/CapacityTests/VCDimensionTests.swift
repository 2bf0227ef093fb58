import Capacity
import LinearAlgebra
import Networks
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("Bounds of the VC dimension")
struct VCDimensionTests {
  @Test("Stages of a dense network are those of the theorem")
  func stages() throws {
    let dimension = VCDimension(try denseGraph([3, 4, 5, 2]))
    #expect(dimension.weights == 16 + 25 + 12 && dimension.layers == 3 && dimension.classes == 2)
    #expect(
      dimension.stages == [
        .init(weights: 16, polynomials: 4, degree: 1),
        .init(weights: 41, polynomials: 5, degree: 2),
      ])
    #expect(dimension.leftOut.isEmpty)
  }

  @Test("The closed form is the theorem's, L + L̄ W log2(4 e r log2(2 e r))")
  func closedForm() throws {
    let dimension = VCDimension(try denseGraph([3, 4, 5, 2]))
    let r = 1.0 * 4 + 2 * 5 + 3 * 1
    let e = Double.exp(1)
    let expected = 3 + (16.0 + 41 + 53) * Double.log2(4 * e * r * Double.log2(2 * e * r))
    #expect(abs(dimension.closedFormUpperBound - expected) < 1e-10)
    #expect(dimension.upperBound <= dimension.closedFormUpperBound)
  }

  @Test(
    "For a linear map the count is Warren's, its largest n found", arguments: [1, 2, 3, 5, 10, 50])
  func linear(d: Int) throws {
    let dimension = VCDimension(try denseGraph([d, 1]))
    let w = Double(d + 1)
    func log2Count(_ n: Double) -> Double { 1 + w * Double.log2(2 * Double.exp(1) * n / w) }
    let n = dimension.upperBound
    #expect(n <= log2Count(n) && n + 1 > log2Count(n + 1))
    // An affine map of d inputs shatters d + 1 points.
    #expect(n >= w)
  }

  @Test(
    "The upper bound is above what is shattered, and no larger than the closed form",
    arguments: PaperModel.allCases)
  func paperModels(model: PaperModel) throws {
    let graph = try NetworkGraph(
      model.architecture(input: .image(channels: 3, height: 28, width: 28), classes: 10))
    let dimension = VCDimension(graph)
    let lower = VCDimension.lowerBound(
      weights: dimension.weights, layers: dimension.layers, inputs: 2352)
    #expect(lower > 100_000 && lower < dimension.upperBound)
    #expect(dimension.upperBound <= dimension.closedFormUpperBound)
    // On all of CIFAR-10 the count allows all labellings: the bound is vacuous.
    #expect(dimension.logGrowth(samples: 50_000) == 50_000 * Double.log(10.0))
    #expect(dimension.leftOut.isEmpty == (model != .alexnet))
    // Batch normalisation after a convolution with a bias adds nothing to the class.
    #expect(dimension.weights == graph.parameterCount)
  }

  @Test("Pooling and normalisation are counted")
  func pooling() throws {
    let dimension = VCDimension(try convolutionalGraph())
    // First its own layer, 2 channels; then 2·9·3 weights and 3 shifts; 6 + 2; 5 channels; 20; 15.
    #expect(dimension.layers == 6)
    #expect(dimension.weights == 4 + 57 + 8 + 10 + 24 + 15)
    #expect(dimension.stages[0].polynomials == 27 && dimension.stages[0].degree == 2)
    // Max pooling compares 36 pairs of 9, at each of 27 places.
    #expect(dimension.stages[1].polynomials == 27 * 36)
  }

  @Test("Bit extraction needs no more layers and weights than there are")
  func lowerBound() {
    #expect(VCDimension.lowerBound(weights: 100, layers: 1, inputs: 3) == 0)
    #expect(VCDimension.lowerBound(weights: 103, layers: 2, inputs: 3) == 50)
    #expect(VCDimension.lowerBound(weights: 2, layers: 2, inputs: 3) == 0)
    // One block of r = 1: 2 + n + 4m + 12·2 + 4 with n = 1 alone is worse than n weights.
    let small = VCDimension.lowerBound(weights: 1_000_000, layers: 8, inputs: 10)
    #expect(small > 499_995)
    for (w, l) in [(1_000_000, 8), (1_000_000, 50), (1_000_000, 500), (50_000, 100)] {
      let bound = VCDimension.lowerBound(weights: w, layers: l, inputs: 10)
      // Of the order of W L log(W / L), and below W² (Theorem 8 of the same paper gives WU).
      let order = Double(w) * Double(l) * Double.log2(Double(w) / Double(l))
      #expect(bound > order / 640 && bound < order)
      #expect(VCDimension.lowerBound(weights: 2 * w, layers: l, inputs: 10) >= bound)
      #expect(VCDimension.lowerBound(weights: w, layers: l + 1, inputs: 10) >= bound)
    }
  }
}

@Suite("Shattering by construction")
struct ShatteringTests {
  @Test("All labellings of a small sample are certified", arguments: [0, 1, 2, 3, 5, 8, 11])
  func all(n: Int) throws {
    var stream = RandomStream(seed: UInt64(n), purpose: "shattered samples")
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: 4, from: &stream)
    let evidence = try ShatteringEvidence(shattering: samples, seed: 1)
    #expect(evidence.labellings == 1 << n && evidence.isComplete && evidence.holds)
    #expect(evidence.weightCount == 2 * n + 4 && evidence.rademacherComplexity == 1)
    #expect(evidence.maxAbsoluteResidual < 1e-6)
  }

  @Test("Random labellings of a larger sample are certified")
  func random() throws {
    var stream = RandomStream(seed: 5, purpose: "shattered samples")
    let samples: Matrix<Double> = randomMatrix(rows: 200, columns: 10, from: &stream)
    let evidence = try ShatteringEvidence(shattering: samples, randomLabellings: 30, seed: 1)
    #expect(evidence.labellings == 30 && !evidence.isComplete && evidence.holds)
  }

  @Test("Equal samples cannot be shattered, and that is said")
  func duplicates() {
    let samples = Matrix(rows: 3, columns: 2) { row, _ in row == 1 ? 1.0 : 2 }
    #expect(throws: (any Error).self) { try ShatteringEvidence(shattering: samples, seed: 1) }
  }
}

@Suite("Bounds of the error on new samples")
struct GeneralizationBoundTests {
  @Test("Each bound has its formula's value")
  func formulas() {
    // n = 800, δ = e⁻⁴: √(4 / 1600) = 0.05.
    let delta = Double.exp(-4)
    let growth = GeneralizationBound.growth(
      empirical: 0.1, logGrowth: 4, samples: 800, delta: delta)
    #expect(abs(growth - 0.25) < 1e-14)
    let rademacher = GeneralizationBound.rademacher(
      empirical: 0.1, complexity: 0.02, samples: 800, delta: 2 * delta)
    #expect(abs(rademacher - 0.29) < 1e-14)
    let binary = GeneralizationBound.binaryMargin(
      marginError: 0.1, complexity: 0.02, margin: 2, samples: 800, delta: 2 * delta)
    #expect(abs(binary - 0.27) < 1e-14)
    let multiclass = GeneralizationBound.multiclassMargin(
      marginError: 0.1, outputComplexity: 0.02, margin: 2, classes: 3, samples: 800,
      delta: 2 * delta)
    #expect(abs(multiclass - 0.37) < 1e-14)
    // D = n / e: D ln(e n / D) = 2 n / e.
    let dimension = 800 / Double.exp(1)
    let log = GeneralizationBound.sauerShelahLogGrowth(dimension: dimension, samples: 800)
    #expect(abs(log - 800 * Double.log(2)) < 1e-10)
    let small = GeneralizationBound.sauerShelahLogGrowth(dimension: 8, samples: 800)
    #expect(abs(small - 8 * (1 + Double.log(100))) < 1e-12)
    let all = GeneralizationBound.sauerShelahLogGrowth(dimension: 801, samples: 800)
    #expect(all == 800 * Double.log(2))
  }

  @Test("A measure is vacuous from its trivial bound on")
  func vacuous() {
    let trivial = CapacityMeasure.guessingError(classes: 10)
    for (bound, expected) in [(0.5, false), (0.9, true), (3, true), (.nan, true)] {
      let measure = CapacityMeasure("a", 1, bound: bound, trivial: trivial, reference: "b")
      #expect(measure.vacuous == expected)
    }
    #expect(CapacityMeasure("a", 1, reference: "b").vacuous == nil)
  }
}
