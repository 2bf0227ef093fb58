import Datasets
import Experiments
import Kernels
import LinearAlgebra
import Testing

@Suite("Kernel regression on Gabor features")
struct GaborExperimentTests {
  /// The first channel of procedural images.
  private func greySplit(_ count: Int, test: Int = 60) -> DatasetSplit {
    smallSplit(count, test: test).map { dataset in
      let area = dataset.shape.area
      let channel = dataset.featureMatrix(.raw, of: Float.self).columns(0..<area).transposed()
      return LabeledDataset(
        shape: ImageShape(height: dataset.shape.height, width: dataset.shape.width, channels: 1),
        pixels: .bytes(channel.elements.map { UInt8($0) }), labels: dataset.labels,
        classNames: dataset.classNames, provenance: Provenance(name: "grey"))
    }
  }

  private let features = GaborFeatures(
    scales: [.init(wavelength: 6, side: 9, points: 5, spread: 2.5)], orientations: 6)

  @Test("without a ridge all training labels are met, and the test images are better than chance")
  func interpolates() throws {
    let record = try fitGaborKernel(
      greySplit(150), configuration: GaborConfiguration(features: features))
    #expect(record.trainError == 0 && record.testError < 0.8)
    #expect(record.relativeResidual <= 1e-10 && record.rkhsNorm > 0)
    #expect(record.dimension == 150 && record.samples == 150 && record.testSamples == 60)
    #expect(record.candidates.count == 1 && record.candidates[0].heldOutError == nil)
    #expect(record.gamma == record.candidates[0].gamma)
  }

  @Test("random labels are met too, and the test images then are guessed")
  func randomLabels() throws {
    let sample = greySplit(150).corrupted(by: .randomLabels, seed: 1)
    let record = try fitGaborKernel(
      DatasetSplit(train: sample.train, test: sample.test),
      configuration: GaborConfiguration(features: features))
    #expect(record.trainError == 0 && record.testError > 0.6 && record.isSound)
  }

  @Test("refinement ends at the tolerance, and a fit above it is not sound")
  func tolerance() throws {
    let split = greySplit(60)
    let loose = try fitGaborKernel(
      split, configuration: GaborConfiguration(features: features, tolerance: 1e-2))
    let tight = try fitGaborKernel(
      split, configuration: GaborConfiguration(features: features, tolerance: 1e-12))
    #expect(loose.relativeResiduals.count < tight.relativeResiduals.count)
    #expect(loose.relativeResidual <= 1e-2 && tight.relativeResidual <= 1e-12)
    #expect(loose.isSound && tight.isSound)
    var unmet = loose
    unmet.testRatio = 31
    unmet.configuration.tolerance = loose.relativeResidual / 2
    #expect(!unmet.isSound)
  }

  @Test("a memory limit is kept before anything is computed")
  func memory() throws {
    let split = greySplit(30)
    let needed = try fitGaborKernel(
      split, configuration: GaborConfiguration(features: features)
    ).plannedBytes
    #expect {
      try fitGaborKernel(
        split, configuration: GaborConfiguration(features: features, memoryLimit: needed - 1))
    } throws: { error in
      guard case ExperimentError.kernelMemory(_, let limit) = error else { return false }
      return limit == needed - 1
    }
  }

  @Test("the record is what features and kernel regression give by themselves")
  func composition() throws {
    let split = greySplit(80)
    let record = try fitGaborKernel(
      split, configuration: GaborConfiguration(features: features, ridge: 0.01, precision: .double))
    func map(_ dataset: LabeledDataset) -> Matrix<Double> {
      features(
        dataset.featureMatrix(.scaled, of: Float.self), height: dataset.shape.height,
        width: dataset.shape.width
      ).converted(to: Double.self)
    }
    let kernel = GaussianKernel.medianHeuristic(map(split.train), seed: 0)
    let fit = try KernelRegression(kernel: kernel, samples: map(split.train), ridge: 0.01)
      .fit(split.train.oneHotLabels())
    let answers = fit.predict(map(split.test)).largestColumnOfRows()
    let wrong = zip(answers, split.test.labels).count { $0 != $1 }
    #expect(record.gamma == kernel.gamma)
    #expect(record.testError == Double(wrong) / 60)
    #expect(abs(record.rkhsNorm - fit.rkhsNorm) <= 1e-9 * fit.rkhsNorm)
  }

  @Test("the γ of least error on the images held out is taken, the first of equals")
  func selection() throws {
    var fractions: [Double] = []
    let record = try fitGaborKernel(
      greySplit(120),
      configuration: GaborConfiguration(
        features: features, relativeGammas: [0.3, 1, 1000], ridge: 1e-4, heldOut: 40,
        selectionLimit: 60)
    ) { fractions.append($0.fraction) }
    let errors = try record.candidates.map { try #require($0.heldOutError) }
    let best = try #require(errors.min())
    let index = try #require(errors.firstIndex(of: best))
    #expect(record.gamma == record.candidates[index].gamma)
    // With so narrow a kernel all images are strangers.
    #expect(errors[2] > best)
    #expect(
      errors.allSatisfy {
        ($0 * 40).rounded() == ($0 * 40) || abs($0 * 40 - ($0 * 40).rounded()) < 1e-9
      })
    #expect(fractions == fractions.sorted() && fractions.allSatisfy { (0...1).contains($0) })
  }

  @Test("the test images have no say in γ")
  func blind() throws {
    let split = greySplit(60)
    let other = DatasetSplit(train: split.train, test: split.test.prefix(7))
    let configuration = GaborConfiguration(
      features: features, relativeGammas: [0.5, 1, 2], ridge: 1e-4, heldOut: 20)
    let (a, b) = (
      try fitGaborKernel(split, configuration: configuration),
      try fitGaborKernel(other, configuration: configuration)
    )
    #expect(a.gamma == b.gamma && a.candidates == b.candidates && a.rkhsNorm == b.rkhsNorm)
  }

  @Test("colours are averaged to grey")
  func colours() throws {
    let grey = greySplit(40)
    let colour = grey.map { dataset in
      guard case .bytes(let values) = dataset.pixels else { return dataset }
      let area = dataset.shape.area
      // Three channels of which the mean is the grey one: 0, twice the half, and it itself.
      let pixels = (0..<dataset.count).flatMap { image -> [Float] in
        let own = values[image * area..<(image + 1) * area].map { Float($0) }
        return own.map { _ in 0 } + own.map { 2 * $0 } + own
      }
      return LabeledDataset(
        shape: ImageShape(height: dataset.shape.height, width: dataset.shape.width, channels: 3),
        pixels: .reals(pixels), labels: dataset.labels, classNames: dataset.classNames,
        provenance: Provenance(name: "colour"))
    }
    let configuration = GaborConfiguration(features: features, ridge: 0.01)
    let (a, b) = (
      try fitGaborKernel(grey, configuration: configuration),
      try fitGaborKernel(colour, configuration: configuration)
    )
    #expect(a.testError == b.testError)
    // The third of a sum rounds a pixel in Float; the roots of small energies lose half the digits.
    #expect(abs(a.rkhsNorm - b.rkhsNorm) <= 0.01 * a.rkhsNorm)
  }

  @Test("black images, which coincide, are an error that names them")
  func singular() throws {
    let split = greySplit(3)
    let twice = LabeledDataset(
      shape: split.train.shape,
      pixels: .bytes(
        [UInt8](repeating: 0, count: 2 * split.train.shape.area)), labels: [0, 1],
      classNames: split.train.classNames, provenance: Provenance(name: "twice"))
    #expect {
      try fitGaborKernel(
        DatasetSplit(train: twice, test: split.test),
        configuration: GaborConfiguration(features: features))
    } throws: { error in
      guard case ExperimentError.kernel(.notPositiveDefinite(let singular)) = error else {
        return false
      }
      return singular.pivot == 1 && singular.nearest == 0
    }
  }
}
