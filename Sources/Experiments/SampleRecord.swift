public import Datasets

/// What a record says of the sample that a learner was given.
public struct SampleRecord: Sendable, Codable, Equatable {
  /// The name of the set.
  public var data: String
  /// The SHA-256 of the training images and labels.
  public var sha256: String
  /// The training sample size n.
  public var samples: Int
  /// The number of test images.
  public var testSamples: Int
  /// The size of an image, height × width × channels.
  public var shape: String
  /// The input dimension d.
  public var dimension: Int
  /// The number of classes C.
  public var classes: Int
  /// The name of the corruption.
  public var corruption: String
  /// The fraction of training labels that differ from the true ones.
  public var changedLabelFraction: Double
  /// What was done to the images, in order.
  public var steps: [String]
  /// What limits comparison with others' figures.
  public var caveats: [String]

  /// Describes a sample.
  ///
  /// - Parameter sample: the sample; its images are hashed.
  public init(_ sample: CorruptedSample) {
    let train = sample.train
    data = train.provenance.name
    sha256 = train.sha256
    samples = train.count
    testSamples = sample.test.count
    shape = train.shape.description
    dimension = train.dimension
    classes = train.classCount
    corruption = sample.corruption.description
    changedLabelFraction = sample.changedLabelFraction
    steps = train.provenance.steps
    caveats = train.provenance.caveats
  }
}
