/// Numbers printed in the paper's tables; for its figures see ``PaperFigures``.
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
}
