public import Datasets
public import Networks

/// The curves of the paper's figures as numbers.
///
/// Read off the paths of the printed vector figures along their axes, with an error of about 0.003 of
/// an axis unit.
///
/// Source: Zhang et al. (2017), Figures 1 and 2.
public enum PaperFigures {
  /// The training images of CIFAR-10, all of which the figures' networks see.
  public static let trainingImages = 50_000
  /// Steps between two points of Figures 1a and 2b: an epoch of 50,000 images in batches of 128.
  public static let stepsPerEpoch = 391

  // MARK: Figure 1a

  /// Figure 1a, small Inception on CIFAR-10: the mean training loss in nats after each of the first
  /// 40 epochs.
  ///
  /// The paper shows no partially corrupted labels there.
  public static let inceptionLosses: [Corruption: [Double]] = [
    .none: [
      0.839, 0.546, 0.442, 0.330, 0.253, 0.206, 0.135, 0.098, 0.058, 0.047, 0.027, 0.009, 0.005,
      0.001, 0.001, 0.001, 0.001, 0.001, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000,
      0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000,
      0.000,
    ],
    .randomLabels: [
      2.303, 2.305, 2.304, 2.301, 2.300, 2.300, 2.300, 2.291, 2.287, 2.280, 2.277, 2.264, 2.252,
      2.207, 2.179, 2.125, 2.077, 2.013, 1.941, 1.799, 1.688, 1.548, 1.422, 1.274, 1.107, 0.986,
      0.847, 0.666, 0.605, 0.459, 0.396, 0.267, 0.188, 0.116, 0.065, 0.024, 0.009, 0.004, 0.003,
      0.002,
    ],
    .shuffledPixels: [
      1.468, 1.319, 1.081, 0.890, 0.774, 0.612, 0.494, 0.373, 0.279, 0.220, 0.174, 0.132, 0.096,
      0.051, 0.020, 0.006, 0.001, 0.001, 0.001, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000,
      0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000,
      0.000,
    ],
    .randomPixels: [
      2.306, 2.297, 2.281, 2.263, 2.215, 2.161, 2.068, 1.986, 1.803, 1.677, 1.439, 1.251, 1.089,
      0.869, 0.699, 0.570, 0.438, 0.337, 0.252, 0.165, 0.094, 0.051, 0.018, 0.004, 0.001, 0.001,
      0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000,
      0.000,
    ],
    .gaussian: [
      2.305, 2.282, 2.267, 2.228, 2.177, 2.100, 1.949, 1.810, 1.654, 1.431, 1.240, 1.037, 0.809,
      0.663, 0.493, 0.381, 0.284, 0.209, 0.130, 0.070, 0.027, 0.006, 0.002, 0.001, 0.001, 0.001,
      0.001, 0.001, 0.001, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000,
      0.000,
    ],
  ]

  /// Figure 1a, small Inception: epochs until the mean loss is below 0.05.
  ///
  /// The paper does not say when labels count as fitted; any threshold from 0.047 to 0.058 agrees
  /// with the times of Figure 1b.
  ///
  /// - Parameter corruption: a setting.
  /// - Returns: the number of epochs, or nil where the figure has no curve.
  public static func inceptionEpochsToFit(_ corruption: Corruption) -> Int? {
    inceptionLosses[corruption]?.firstIndex { $0 < 0.05 }.map { $0 + 1 }
  }

  // MARK: Figures 1b and 1c

  /// The levels of label corruption p of Figures 1b and 1c.
  public static let corruptionLevels = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]

  /// Figure 1b: time to overfit relative to p = 0, at each level.
  ///
  /// All are fractions of whole epochs: the networks take 10, 31 and 28 at p = 0.
  public static let slowdowns: [PaperModel: [Double]] = [
    .inception: [1.00, 1.60, 1.90, 2.20, 2.40, 2.50, 2.70, 2.90, 3.10, 3.60, 3.60],
    .alexnet: [1.00, 1.06, 1.10, 1.16, 1.23, 1.26, 1.32, 1.35, 1.42, 1.52, 1.55],
    .mlp1x512: [1.00, 1.29, 1.43, 1.57, 1.68, 1.79, 1.93, 1.93, 1.96, 2.00, 1.96],
  ]

  /// Figure 1c: test error from 0 to 1, at each level.
  ///
  /// Most likely against test labels corrupted like the training labels. Those of Inception and
  /// Alexnet at p = 0 are not the ones of Table 1; those of MLP 1x512 at 0.6 and 0.7 are one point
  /// drawn twice.
  public static let testErrors: [PaperModel: [Double]] = [
    .inception: [
      0.128, 0.278, 0.406, 0.524, 0.629, 0.710, 0.785, 0.841, 0.879, 0.902, 0.902,
    ],
    .alexnet: [
      0.301, 0.412, 0.522, 0.619, 0.692, 0.763, 0.820, 0.858, 0.881, 0.890, 0.901,
    ],
    .mlp1x512: [
      0.495, 0.585, 0.657, 0.719, 0.757, 0.796, 0.865, 0.865, 0.883, 0.894, 0.898,
    ],
  ]

  // MARK: Figure 2b

  /// What Figure 2b shows of a training without explicit regularisers.
  public struct TestCurve: Sendable {
    /// The test accuracy at the end, after 51 epochs.
    public var end: Double
    /// The highest test accuracy.
    public var best: Double
    /// Test accuracies after some epochs.
    public var accuracies: [Int: Double]
  }

  /// Figure 2b, CIFAR-10: test accuracy of small Inception with and without batch normalisation.
  public static let testCurves: [PaperModel: TestCurve] = [
    .inception: TestCurve(end: 0.865, best: 0.867, accuracies: [20: 0.867, 51: 0.865]),
    .inceptionWithoutBatchNorm: TestCurve(
      end: 0.849, best: 0.853,
      accuracies: [5: 0.79, 10: 0.784, 15: 0.823, 25: 0.853, 50: 0.851, 51: 0.849]),
  ]

  /// Figure 2b: training accuracy of small Inception with batch normalisation after some epochs.
  public static let inceptionTrainAccuracies: [Int: Double] = [
    1: 0.705, 5: 0.914, 10: 0.986, 14: 1,
  ]
}
