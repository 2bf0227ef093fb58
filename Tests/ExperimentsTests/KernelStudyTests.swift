import Datasets
import Experiments
import Kernels
import LinearAlgebra
import TestSupport
import Testing

@Suite("Kernel regression: solvers, corruption, spectrum")
struct KernelStudyTests {
  private let split = ProceduralImages.split(trainCount: 40, testCount: 30, seed: 3)

  private func sample(_ corruption: Corruption = .none) -> CorruptedSample {
    split.corrupted(by: corruption, seed: 1)
  }

  @Test("Every precision and storage, and the iteration, find the same function")
  func solvers() throws {
    let reference = try #require(
      fitKernel([sample()], configuration: KernelConfiguration(kernel: .gaussian(gamma: 0.01)))
        .first)
    #expect(reference.isSound(KernelConfiguration()) && reference.trainError == 0)
    #expect(euclideanNorm(reference.rkhsNorms) == reference.rkhsNorm)
    #expect(reference.gramSeconds != nil && reference.factorSeconds != nil)
    var configurations = KernelPrecision.allCases.flatMap { precision in
      GramStorage.allCases.map { storage in
        KernelConfiguration(
          kernel: .gaussian(gamma: 0.01), precision: precision, storage: storage)
      }
    }
    configurations.append(
      KernelConfiguration(
        kernel: .gaussian(gamma: 0.01), solver: .iterative, tolerance: 1e-6,
        iteration: IterativeKernelConfiguration(preconditionerRank: 10)))
    configurations.append(
      KernelConfiguration(
        kernel: .gaussian(gamma: 0.01), solver: .eigenPro, tolerance: 1e-3,
        iteration: IterativeKernelConfiguration(maximalIterations: 5000)))
    configurations.append(
      KernelConfiguration(kernel: .gaussian(gamma: 0.01), solver: .pseudoinverse))
    for configuration in configurations {
      let record = try #require(fitKernel([sample()], configuration: configuration).first)
      #expect(record.isSound(configuration))
      #expect(record.testError == reference.testError && record.trainError == 0)
      let condition = try #require(reference.conditionEstimate)
      // ‖α - α*‖ ≤ κ ‖R‖ / ‖Y‖ ‖α*‖, and rounding.
      let error = record.relativeResidual + Double.ulpOfOne
      #expect(
        abs(record.rkhsNorm - reference.rkhsNorm) <= 100 * condition * error * reference.rkhsNorm)
      #expect((record.stop != nil) == configuration.solver.iterates)
      #expect((record.precision != nil) == configuration.solver.factors)
    }
  }

  @Test("Images that coincide are fitted by a pseudo-inverse, where a factorisation ends")
  func pseudoinverse() throws {
    let sample = tinySplit(
      train: [([0, 1], 0), ([9, 9], 1), ([0, 1], 0)], test: [([0, 0], 0), ([9, 8], 1)]
    ).corrupted(by: .none, seed: 0)
    let record = try #require(
      fitKernel(
        [sample],
        configuration: KernelConfiguration(kernel: .gaussian(gamma: 1), solver: .pseudoinverse)
      ).first)
    #expect(record.preconditionerRank == 2 && record.trainError == 0 && record.testError == 0)
    #expect(record.relativeResidual <= 30 * 3 * Double.ulpOfOne * (record.conditionEstimate ?? 1))
  }

  @Test("The leave-one-out error is that of forty fits without one image")
  func leaveOneOut() throws {
    let configuration = KernelConfiguration(kernel: .gaussian(gamma: 0.01), leavesOneOut: true)
    let record = try #require(fitKernel([sample()], configuration: configuration).first)
    let features = split.train.featureMatrix(.scaled)
    let targets = split.train.oneHotLabels(of: Double.self)
    let wrong = try (0..<40).count { i in
      let others = (0..<40).filter { $0 != i }
      let fit = try KernelRegression(
        kernel: GaussianKernel(gamma: 0.01), samples: features.rows(others)
      ).fit(targets.rows(others))
      return fit.predict(features.rows([i])).largestColumnOfRows() != [split.train.labels[i]]
    }
    #expect(record.leaveOneOutError == Double(wrong) / 40)
  }

  @Test("Held-out images stop an iteration, and are no part of the fit")
  func validation() throws {
    let configuration = KernelConfiguration(
      solver: .iterative, tolerance: 1e-6, validationSamples: 10)
    let record = try #require(fitKernel([sample()], configuration: configuration).first)
    #expect(record.weights == 30 * 10)
    #expect(record.stop == .validation || record.stop == .tolerance)
  }

  @Test("All levels of corruption come from one factorisation and fit, as alone")
  func corruption() throws {
    let configuration = KernelConfiguration(kernel: .gaussian(gamma: 0.01), seed: 1)
    let record = try studyKernelCorruption(
      split, levels: [0, 0.5, 1], configuration: configuration)
    #expect(record.fitsAll && record.rows.map(\.corruption) == [0, 0.5, 1])
    #expect(record.relativeResidual <= 40 * Double.ulpOfOne * (record.conditionEstimate ?? 1))
    for row in record.rows {
      let alone = try #require(
        fitKernel(
          [sample(row.corruption == 0 ? .none : .partialLabels(probability: row.corruption))],
          configuration: configuration
        ).first)
      #expect(row.testError == alone.testError)
      #expect(row.corruptedTestError == alone.corruptedTestError)
      let rounding = 100 * (alone.conditionEstimate ?? 1) * Double.ulpOfOne
      #expect(abs(row.rkhsNorm - alone.rkhsNorm) <= rounding * alone.rkhsNorm)
    }
    #expect(record.rows[0].changedLabelFraction == 0)
  }

  @Test("True labels lie in fewer eigenvectors than random ones, and the path ends at the fit")
  func spectrum() throws {
    let record = try studyKernelSpectrum(split, kernel: .gaussian(gamma: 0.01), seed: 1)
    #expect(record.eigenvalues.count == 40 && record.testRatio <= 60)
    #expect(zip(record.eigenvalues, record.eigenvalues.dropFirst()).allSatisfy { $0 >= $1 })
    let (labels, random) = (record.labels[0], record.labels[1])
    #expect(labels.targetAlignment > random.targetAlignment)
    let fit = try #require(
      fitKernel([sample()], configuration: KernelConfiguration(kernel: .gaussian(gamma: 0.01)))
        .first)
    let norm = try #require(labels.interpolationNorm)
    let rounding = 100 * (fit.conditionEstimate ?? 1) * Double.ulpOfOne
    #expect(abs(norm - fit.rkhsNorm) <= rounding * norm)
    for labels in record.labels {
      #expect(abs((labels.cumulativeAlignment.last ?? 0) - 1) <= 60 * 40 * Double.ulpOfOne)
      #expect(labels.path.first?.ridge == record.eigenvalues.first)
      #expect(
        abs((labels.path.last?.ridge ?? 0) / (record.eigenvalues.last ?? 1) - 1) <= 8
          * Double.ulpOfOne)
      #expect(labels.cumulativeAlignment[labels.halfRank - 1] >= 0.5)
      let best = labels.path.map(\.leaveOneOutLoss).min()
      #expect(labels.path.first { $0.leaveOneOutLoss == best }?.ridge == labels.leaveOneOutChoice)
    }
  }
}
