/// A sample of images with class labels, a value.
///
/// Image i is the i-th sample point. Everything that changes a dataset returns another one whose
/// ``provenance`` tells the change.
public struct LabeledDataset: Sendable, Equatable {
  /// The values of all images, image after image, each in the order of ``ImageShape``.
  public enum Pixels: Sendable, Equatable {
    /// Bytes from 0 to 255, as in the files of the standard sets.
    case bytes([UInt8])
    /// Real numbers on the scale of bytes, not confined to 0 to 255.
    case reals([Float])

    /// The number of values.
    public var count: Int {
      switch self {
      case .bytes(let values): values.count
      case .reals(let values): values.count
      }
    }
  }

  /// The size of each image.
  public let shape: ImageShape
  /// The values of all images.
  public let pixels: Pixels
  /// The class of each image, counted from 0.
  public let labels: [Int]
  /// The names of the classes; their number is C.
  public let classNames: [String]
  /// Where the images came from and what was done to them.
  public let provenance: Provenance

  /// The sample size n.
  public var count: Int { labels.count }
  /// The number of classes C.
  public var classCount: Int { classNames.count }
  /// The input dimension d, values of an image.
  public var dimension: Int { shape.count }

  /// Creates a dataset.
  ///
  /// - Parameters:
  ///   - shape: the size of each image.
  ///   - pixels: n d values, image after image.
  ///   - labels: n classes, each in 0..<C.
  ///   - classNames: C names.
  ///   - provenance: where the images came from.
  public init(
    shape: ImageShape, pixels: Pixels, labels: [Int], classNames: [String], provenance: Provenance
  ) {
    precondition(
      pixels.count == labels.count * shape.count,
      "\(labels.count) images of \(shape) want \(labels.count * shape.count) values")
    precondition(
      labels.allSatisfy { $0 >= 0 && $0 < classNames.count }, "a label outside the classes")
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
    self.classNames = classNames
    self.provenance = provenance
  }

  /// The first images.
  ///
  /// - Parameter count: how many, at most all.
  /// - Returns: the dataset of images 0..<count.
  public func prefix(_ count: Int) -> LabeledDataset {
    precondition(count >= 0 && count <= self.count, "more images asked for than there are")
    if count == self.count { return self }
    return replacing(
      pixels: pixels.slice(0..<count * dimension), labels: Array(labels.prefix(count)),
      step: "first \(count) of \(self.count) images")
  }

  /// The same images with other labels.
  ///
  /// - Parameters:
  ///   - labels: n classes, each in 0..<C.
  ///   - step: what was done, for the provenance.
  /// - Returns: the relabelled dataset.
  public func replacing(labels: [Int], step: String) -> LabeledDataset {
    replacing(pixels: pixels, labels: labels, step: step)
  }

  func replacing(
    shape: ImageShape? = nil, pixels: Pixels, labels: [Int]? = nil, step: String
  ) -> LabeledDataset {
    LabeledDataset(
      shape: shape ?? self.shape, pixels: pixels, labels: labels ?? self.labels,
      classNames: classNames, provenance: provenance.appending(step))
  }
}

extension LabeledDataset.Pixels {
  func slice(_ range: Range<Int>) -> LabeledDataset.Pixels {
    switch self {
    case .bytes(let values): .bytes(Array(values[range]))
    case .reals(let values): .reals(Array(values[range]))
    }
  }
}

/// A training set and the test set that belongs to it.
public struct DatasetSplit: Sendable, Equatable {
  /// The images that learners fit.
  public var train: LabeledDataset
  /// The images that learners are scored on.
  public var test: LabeledDataset

  /// Creates a split.
  ///
  /// - Parameters:
  ///   - train: the images that learners fit.
  ///   - test: the images they are scored on, of the same shape and classes.
  public init(train: LabeledDataset, test: LabeledDataset) {
    precondition(train.shape == test.shape, "train and test images have one shape")
    precondition(train.classNames == test.classNames, "train and test images share their classes")
    self.train = train
    self.test = test
  }

  /// Both sets with the same function applied.
  ///
  /// - Parameter transform: the function.
  /// - Returns: the split of the results.
  public func map(_ transform: (LabeledDataset) -> LabeledDataset) -> DatasetSplit {
    DatasetSplit(train: transform(train), test: transform(test))
  }
}
