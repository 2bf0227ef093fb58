import Datasets
import Experiments
import LinearAlgebra
import LinearModels
import RealModule
import Testing

@Suite("The implicit bias of descent on linear models")
struct ImplicitBiasStudyTests {
  private static let record = Result {
    try studyImplicitBias(
      smallSplit(40, test: 120),
      configuration: ImplicitBiasConfiguration(
        samples: 40, epochs: 600, marginSteps: 1 << 9, seed: 2))
  }

  private func paths(_ name: String) throws -> [ImplicitBiasPath] {
    let found = try Self.record.get().paths.filter { $0.name == name }
    #expect(found.map(\.labels) == [.parity, .oneHot])
    return found
  }

  @Test("From zero descent ends at the minimum-norm solution, stochastic or not")
  func minimumNorm() throws {
    let condition = try Self.record.get().condition
    for path in try paths("GD with momentum") {
      let last = try #require(path.points.last)
      // The distance is held against a solution of its own rounding error, of ε κ.
      #expect(last.distanceToLimit <= 1000 * condition * Double.ulpOfOne)
    }
    for path in try paths("SGD without replacement") {
      let last = try #require(path.points.last)
      #expect(path.isPlainStochastic && path.halvings == 0 && last.step == 2400)
      #expect(last.distanceToLimit < 1e-6)
      #expect(abs(last.distanceToLimit - last.distanceToMinimumNorm) < 1e-12)
      #expect(last.trainingError == 0 && last.outsideInEpsilons < 100)
      #expect(abs((path.points.first?.distanceToMinimumNorm ?? 0) - 1) < 1e-12)
    }
  }

  @Test("No path leaves the span of the samples by more than rounding allows")
  func span() throws {
    for path in try Self.record.get().paths {
      for point in path.points {
        #expect(point.outside <= point.outsideBound)
        // The bound is no licence.
        #expect(point.outsideBound < 1e-6)
      }
    }
  }

  @Test("From a random start the limit is another one, farther from the minimum norm")
  func randomStart() throws {
    for path in try paths("SGD from a random start") {
      let last = try #require(path.points.last)
      #expect(last.distanceToLimit < 1e-6)
      // Most of a random start is orthogonal to 40 samples in 2352 dimensions.
      #expect(last.distanceToMinimumNorm > 0.9 && last.distanceToMinimumNorm < 1)
      #expect(last.trainingError == 0)
    }
  }

  @Test("With weight decay stochastic descent ends near ridge instead")
  func ridge() throws {
    for path in try paths("SGD, weight decay") {
      let last = try #require(path.points.last)
      #expect(path.limit.hasPrefix("ridge") && path.configuration.weightDecay > 0)
      #expect(last.distanceToLimit < last.distanceToMinimumNorm / 3)
    }
  }

  @Test("The mean of the path comes nearer by one over the number of steps")
  func averaging() throws {
    for path in try paths("averaged SGD") {
      #expect(path.configuration.averagesIterates)
      let last = try #require(path.points.last)
      let half = try #require(path.points.last { $0.step <= last.step / 2 })
      // The sum of the early errors stays; it is divided by t.
      let ratio =
        last.distanceToLimit * Double(last.step)
        / (half.distanceToLimit * Double(half.step))
      #expect(abs(ratio - 1) < 0.1)
    }
  }

  @Test("Eigendirections decay as predicted, and the closed form is the simulation's end")
  func decay() throws {
    let record = try Self.record.get()
    let decay = record.decay
    #expect(decay.directions.first?.index == 1 && decay.directions.last?.index == 40)
    // A share of the error is as exact as that error against all of it.
    #expect(decay.largestDifference < 1e-9)
    #expect(decay.closedFormDistance <= decay.closedFormBound)
    for direction in decay.directions {
      for (index, step) in decay.steps.enumerated() {
        var factor = 1.0
        for _ in 0..<min(step, 64) { factor *= 1 - decay.stepSize * direction.eigenvalue }
        if step <= 64 { #expect(abs(direction.measured[index] - factor) < 1e-9) }
      }
    }
    for stop in decay.earlyStops {
      #expect(abs(stop.inverseTimeRidge * decay.stepSize * Double(stop.step) - 1) < 1e-12)
      #expect(stop.nearestDistance <= stop.inverseTimeDistance + 1e-12)
    }
  }

  @Test("All interpolants fit all training labels; what is forced is wrong")
  func interpolants() throws {
    let record = try Self.record.get()
    #expect(record.interpolants.count == 13 && record.scoredImages == 60)
    for row in record.interpolants {
      #expect(row.trainError == 0 && row.residual < 1e-6)
      #expect((row.forcedError == nil) == (row.forcedImages == 0))
      if let error = row.forcedError {
        #expect(error == (row.name.hasSuffix("wrong") ? 1 : 0) && row.forcedImages == 60)
      }
    }
    let byName = Dictionary(uniqueKeysWithValues: record.interpolants.map { ($0.name, $0) })
    let least = try #require(byName["minimum norm on whitened inputs"])
    let plain = try #require(byName["minimum norm on pixels"])
    for row in record.interpolants where row.space == "whitened" {
      #expect(row.norm >= least.norm)
    }
    for pixelNorm in record.interpolants.compactMap(\.pixelNorm) {
      #expect(pixelNorm >= plain.norm * (1 - 1e-9))
    }
    // P start is orthogonal to the minimum-norm solution and nearly as long as the start.
    let far = try #require(byName["plus P start, ‖start‖ = 10 ‖w*‖"])
    #expect(far.norm > 9 * least.norm && far.norm < 10.1 * least.norm)
    for name in ["Gaussian kernel", "minimum norm, random centres"] {
      let forcedName = name == "Gaussian kernel" ? name : "random centres"
      let free = try #require(byName[name])
      for end in ["wrong", "right"] {
        let forced = try #require(byName["\(forcedName), forced \(end)"])
        #expect(free.space == forced.space && free.norm < forced.norm)
      }
      // More norm and no test error: what is forced right contradicts the ranking.
      #expect(record.inversion(in: free.space) != nil)
    }
  }

  @Test("Ranks and inversions are those of the table")
  func ranking() throws {
    var record = try Self.record.get()
    let row = record.interpolants[0]
    #expect(row.forcedImages == 0)
    func made(_ norm: Double, _ error: Double, forced: Int = 0) -> ImplicitBiasInterpolant {
      var made = row
      (made.norm, made.testError, made.forcedImages) = (norm, error, forced)
      return made
    }
    record.interpolants = [made(1, 0.1), made(2, 0.2), made(5, 0.3)]
    #expect(record.rankCorrelation { $0.norm } == 1)
    #expect(record.inversion { $0.norm } == nil)
    record.interpolants = [made(1, 0.1), made(2, 0.3), made(5, 0.2)]
    #expect(abs((record.rankCorrelation { $0.norm } ?? 0) - 0.5) < 1e-12)
    let pair = try #require(record.inversion { $0.norm })
    #expect(pair.smaller.norm == 2 && pair.larger.norm == 5)
    #expect(abs(pair.difference - 0.1) < 1e-12)
    // A pair without force comes before a wider one with it.
    record.interpolants.append(made(1.5, 1, forced: 3))
    #expect(record.inversion { $0.norm } == pair)
    record.interpolants = [made(1, 1, forced: 3), made(2, 0.5)]
    #expect(record.inversion { $0.norm }?.larger.norm == 2)
    // Equal values share their rank: ranks 1.5, 1.5, 3, 4 and 1, 2, 3, 4.
    record.interpolants = [made(1, 0.1), made(1, 0.2), made(2, 0.3), made(3, 0.4)]
    #expect(abs((record.rankCorrelation { $0.norm } ?? 0) - 3 / 10.0.squareRoot()) < 1e-12)
    record.interpolants = [made(1, 0.1), made(1, 0.2)]
    #expect(record.rankCorrelation { $0.norm } == nil)
  }

  @Test("Losses of labels turn to the maximum margin and raise the least margin")
  func margins() throws {
    let margins = try Self.record.get().margins
    #expect(abs(margins.dualityGap) <= margins.dualityTolerance && margins.dualityTolerance < 1e-6)
    #expect((1...40).contains(margins.supportVectors))
    #expect(margins.minimumNormMargin <= margins.margin * (1 + 1e-9))
    #expect(margins.paths.map(\.loss) == [.logistic, .exponential])
    for path in margins.paths {
      #expect(path.points.map(\.step) == (0...9).map { 1 << $0 })
      for (point, next) in zip(path.points, path.points.dropFirst()) {
        #expect(next.directionGap < point.directionGap && next.leastMargin > point.leastMargin)
        #expect(next.norm > point.norm)
      }
      let last = try #require(path.points.last)
      #expect(last.leastMargin < margins.margin && last.trainingError == 0)
      let constant = try #require(path.constant)
      #expect(abs(constant / last.directionGap - 9 * 2.0.logarithm) < 1e-9)
    }
  }

  @Test("The same seed gives the same paths, and pixels without whitening are taken as they are")
  func repeatable() throws {
    let split = smallSplit(12, test: 20)
    let configuration = ImplicitBiasConfiguration(
      samples: 12, input: .scaled, epochs: 20, momentum: 0.9, marginSteps: 8, seed: 5)
    func run() throws -> ImplicitBiasRecord {
      var record = try studyImplicitBias(split, configuration: configuration)
      for index in record.paths.indices { record.paths[index].seconds = 0 }
      for index in record.margins.paths.indices { record.margins.paths[index].seconds = 0 }
      return record
    }
    let record = try run()
    #expect(try run() == record)
    #expect(record.referenceImages == 0 && record.interpolants.count == 12)
    let values = try split.train.featureMatrix(.scaled, of: Double.self).singularValues()
    #expect(record.largestSingularValue == values.first)
    #expect(record.interpolants.first?.name == "minimum norm on pixels")
  }

  @Test("Too few images and images that depend on each other are refused")
  func refusals() throws {
    #expect(throws: ExperimentError.tooFewImages(needed: 9, found: 8, test: false)) {
      try studyImplicitBias(smallSplit(8), configuration: ImplicitBiasConfiguration(samples: 9))
    }
    #expect(throws: ExperimentError.tooFewImages(needed: 4, found: 3, test: true)) {
      try studyImplicitBias(
        smallSplit(8, test: 3), configuration: ImplicitBiasConfiguration(samples: 8))
    }
    let rows: [(pixels: [UInt8], label: Int)] = (0..<5).map { ([UInt8($0), 7], $0 % 3) }
    #expect(
      throws: ExperimentError.dependentSamples(rank: 2, samples: 5, dimension: 2)
    ) {
      try studyImplicitBias(
        tinySplit(train: rows, test: rows), configuration: ImplicitBiasConfiguration(samples: 5))
    }
    #expect(
      "\(ExperimentError.dependentSamples(rank: 2, samples: 5, dimension: 2))"
        == "the 5 images of 2 pixels have rank 2, so not all labels can be fitted: take fewer images"
    )
  }
}

extension Double {
  fileprivate var logarithm: Double { .log(self) }
}
