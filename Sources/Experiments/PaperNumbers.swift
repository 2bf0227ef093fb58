public import Datasets

/// Numbers printed in the paper, or read off its figures.
///
/// Source: Zhang et al. (2017).
public enum PaperNumbers {
  /// Accuracies of Table 1 in per cent: CIFAR-10, no random crop, no weight decay.
  public struct Accuracy: Sendable {
    /// On the training images.
    public var train: Double
    /// On the test images.
    public var test: Double
  }

  /// Table 1, MLP 1x512, true labels.
  public static let mlp1x512TrueLabels = Accuracy(train: 100.0, test: 50.51)
  /// Table 1, MLP 1x512, random labels.
  public static let mlp1x512RandomLabels = Accuracy(train: 99.34, test: 10.61)

  /// Table 3, Gaussian kernel on the pixels of MNIST, test error in per cent.
  public static let kernelMNISTError = 1.2
  /// Table 3, Gaussian kernel on the pixels of CIFAR-10, test error in per cent.
  public static let kernelCIFAR10Error = 46.0

  /// The levels of label corruption of Figures 1b and 1c.
  public static let corruptionLevels = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]

  /// Figure 1b, MLP 1x512: time to overfit relative to p = 0, read off the figure.
  public static let mlp1x512Slowdown = [
    1.00, 1.29, 1.43, 1.57, 1.68, 1.79, 1.93, 1.93, 1.96, 2.00, 1.96,
  ]

  /// Figure 1c, MLP 1x512: test error in per cent, read off the figure.
  ///
  /// Most likely against test labels corrupted like the training labels.
  public static let mlp1x512TestError = [
    49.5, 58.5, 65.7, 71.9, 75.7, 79.6, 86.5, 86.5, 88.3, 89.4, 89.8,
  ]

  /// Figure 1a, small Inception: epochs of 391 steps until the mean loss is below 0.05.
  ///
  /// Read off the figure; the paper shows no partially corrupted labels there.
  ///
  /// - Parameter corruption: a setting.
  /// - Returns: the number of epochs, or nil where the figure has no curve.
  public static func inceptionEpochsToFit(_ corruption: Corruption) -> Int? {
    switch corruption {
    case .none: 10
    case .shuffledPixels: 15
    case .gaussian: 21
    case .randomPixels: 23
    case .randomLabels: 36
    case .partialLabels: nil
    }
  }

  /// Steps of an epoch in the paper: 50,000 images in batches of 128.
  public static let stepsPerEpoch = 391
}
