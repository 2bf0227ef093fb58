public import Datasets
public import Kernels
import LinearAlgebra
import RealModule

/// What the spectrum of a Gram matrix says of one set of labels.
public struct LabelSpectrum: Sendable, Codable, Equatable {
  /// Whose labels: `true` or `random`.
  public var labels: String
  /// ⟨K, Y Yᵀ⟩ / (‖K‖ ‖Y Yᵀ‖).
  public var targetAlignment: Double
  /// For each eigenvector in turn the part of ‖Y‖² up to it.
  public var cumulativeAlignment: [Double]
  /// The eigenvectors that hold half of ‖Y‖².
  public var halfRank: Int
  /// The function of least norm's √tr(αᵀKα); nil where K is singular.
  @ExplicitNull public var interpolationNorm: Double?
  /// The ridge path, its errors summed over the classes.
  public var path: [LabelRidgePoint]
  /// The λ of the path with the least leave-one-out error.
  public var leaveOneOutChoice: Double
}

/// One λ of a ridge path, over all classes.
public struct LabelRidgePoint: Sendable, Codable, Equatable {
  /// λ.
  public var ridge: Double
  /// Σ s/(s + λ).
  public var effectiveDimension: Double
  /// √tr(αᵀKα).
  public var rkhsNorm: Double
  /// The mean squared distance to the one-hot label.
  public var trainLoss: Double
  /// The same with each image left out in turn.
  public var leaveOneOutLoss: Double
}

/// The spectrum of a Gram matrix beside true and random labels.
public struct KernelSpectrumRecord: Sendable, Codable, Equatable {
  /// The sample, labels true.
  public var sample: SampleRecord
  /// The kernel with its parameters.
  public var kernel: String
  /// The eigenvalues that count, from the largest.
  public var eigenvalues: [Double]
  /// Eigenvalues at or below this count as zero.
  public var cutOff: Double
  /// LAPACK's test ratio of the decomposition, at most 60 for a sound one.
  public var testRatio: Double
  /// True labels, then random ones.
  public var labels: [LabelSpectrum]
  /// Wall-clock seconds of decomposition and paths.
  public var seconds: Double
}

/// Decomposes the Gram matrix of a sample and holds true labels against random ones.
///
/// - Parameters:
///   - split: training images with true labels; test images are not used.
///   - choice: the kernel on pixels / 255, its scale perhaps left to the median heuristic.
///   - count: how many λ of each path, at least 2; evenly over the logarithm of the spectrum.
///   - seed: names the random labels and the median heuristic's draw.
/// - Returns: the record.
/// - Throws: ``ExperimentError/kernel(_:)``.
/// - Complexity: O(n³) once.
public func studyKernelSpectrum(
  _ split: DatasetSplit, kernel choice: KernelChoice = .gaussian(gamma: nil),
  ridges count: Int = 25,
  seed: UInt64 = 0
) throws(ExperimentError) -> KernelSpectrumRecord {
  precondition(count >= 2, "a path has two ends")
  let watch = Stopwatch()
  let features = split.train.featureMatrix(.scaled)
  let kernel = choice.kernel(for: features, seed: seed)
  do throws(KernelError) {
    let spectrum = try KernelSpectrum(kernel, samples: features)
    let (largest, least) = (spectrum.values.first ?? 1, spectrum.values.last ?? 1)
    let ridges = (0..<count).map { index in
      largest * Double.pow(least / largest, Double(index) / Double(count - 1))
    }
    var labels: [LabelSpectrum] = []
    for (name, corruption) in [("true", Corruption.none), ("random", .randomLabels)] {
      let train = split.corrupted(by: corruption, seed: seed).train
      labels.append(
        try labelSpectrum(
          name, spectrum, train.oneHotLabels(of: Double.self), ridges: ridges,
          samples: train.count))
    }
    return KernelSpectrumRecord(
      sample: SampleRecord(split.corrupted(by: .none, seed: seed)), kernel: kernel.description,
      eigenvalues: spectrum.values, cutOff: spectrum.cutOff, testRatio: spectrum.testRatio,
      labels: labels, seconds: watch.seconds)
  } catch {
    throw .kernel(error)
  }
}

private func labelSpectrum(
  _ name: String, _ spectrum: KernelSpectrum, _ targets: Matrix<Double>, ridges: [Double],
  samples: Int
) throws(KernelError) -> LabelSpectrum {
  let path = try spectrum.ridgePath(targets, ridges: ridges).map { point in
    LabelRidgePoint(
      ridge: point.ridge, effectiveDimension: point.effectiveDimension,
      rkhsNorm: euclideanNorm(point.rkhsNorms), trainLoss: point.trainingErrors.reduce(0, +),
      leaveOneOutLoss: point.leaveOneOutErrors.reduce(0, +))
  }
  let interpolation =
    spectrum.rank == samples
    ? try spectrum.ridgePath(targets, ridges: [0]).first.map { euclideanNorm($0.rkhsNorms) } : nil
  let cumulative = spectrum.cumulativeAlignment(targets)
  return LabelSpectrum(
    labels: name, targetAlignment: spectrum.targetAlignment(targets),
    cumulativeAlignment: cumulative,
    halfRank: (cumulative.firstIndex { $0 >= 0.5 } ?? spectrum.rank) + 1,
    interpolationNorm: interpolation, path: path,
    leaveOneOutChoice: path.min { $0.leaveOneOutLoss < $1.leaveOneOutLoss }?.ridge ?? 0)
}
