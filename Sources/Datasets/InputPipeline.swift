private import LinearAlgebra

/// How the images of a dataset become the inputs of a network, batch by batch.
///
/// Each image is cut to its window and, in training, altered; then it is preprocessed. What comes
/// out depends on image, epoch and seed alone, not on batches or threads.
public struct InputPipeline: Sendable {
  /// The images as stored.
  public let images: LabeledDataset
  /// By how much they are altered in training.
  public let augmentation: Augmentation
  /// How an altered image becomes a vector.
  public let preprocessing: Preprocessing
  /// Names the draws.
  public let seed: UInt64
  /// The size of what is written for each image: the window, or the whole image.
  public let outputShape: ImageShape

  /// Creates a pipeline.
  ///
  /// - Parameters:
  ///   - images: the images, n of them.
  ///   - crop: the window's size in pixels; nil for whole images.
  ///   - augmentation: how they are altered in training.
  ///   - preprocessing: how an image becomes a vector.
  ///   - seed: names the draws of the augmentation.
  /// - Throws: ``InputPipelineError/cropOutOfRange(height:width:shape:)`` for an empty window or one
  ///   larger than the image; ``InputPipelineError/noRoomForRandomCrop(shape:)`` for a random crop
  ///   of the image's own size; ``InputPipelineError/amountOutOfRange(option:value:largest:)`` for
  ///   amounts that are negative, too large or no numbers;
  ///   ``InputPipelineError/wantsColors(option:value:channels:)`` for saturation or hue where there
  ///   are not three channels.
  public init(
    images: LabeledDataset, crop: (height: Int, width: Int)? = nil,
    augmentation: Augmentation = .none, preprocessing: Preprocessing = .standardized,
    seed: UInt64 = 0
  ) throws(InputPipelineError) {
    let shape = images.shape
    let (height, width) = crop ?? (shape.height, shape.width)
    guard (1...shape.height).contains(height), (1...shape.width).contains(width) else {
      throw .cropOutOfRange(height: height, width: width, shape: shape)
    }
    if augmentation.randomCrop && height == shape.height && width == shape.width {
      throw .noRoomForRandomCrop(shape: shape)
    }
    let amounts = [
      ("rotation", augmentation.rotation, 180), ("brightness", augmentation.brightness, 1),
      ("contrast", augmentation.contrast, 1), ("saturation", augmentation.saturation, 1),
      ("hue", augmentation.hue, 0.5),
    ]
    for (option, value, largest) in amounts where !(0...largest).contains(value) {
      throw .amountOutOfRange(option: option, value: value, largest: largest)
    }
    for (option, value, _) in amounts.suffix(2) where value != 0 && shape.channels != 3 {
      throw .wantsColors(option: option, value: value, channels: shape.channels)
    }
    (self.images, self.augmentation) = (images, augmentation)
    (self.preprocessing, self.seed) = (preprocessing, seed)
    outputShape = ImageShape(height: height, width: width, channels: shape.channels)
  }

  /// Writes some images, one after the other, each in the order of ``ImageShape``.
  ///
  /// Without augmentation, the same numbers bit for bit as
  /// `images.centerCropped(height:width:).columns(indices, preprocessing, of: Float.self)`.
  ///
  /// - Parameters:
  ///   - indices: which images, in the order wanted, each in 0..<n.
  ///   - epoch: the pass over the data, which draws its own alterations; nil for evaluation, which
  ///     takes the central window and alters nothing.
  ///   - result: receives `indices.count` · `outputShape.count` values.
  /// - Complexity: O(d) an image, in parallel over images.
  public func write(
    _ indices: some RandomAccessCollection<Int>, epoch: Int?,
    to result: UnsafeMutableBufferPointer<Float>
  ) {
    let indices = Array(indices)
    precondition(
      result.count == indices.count * outputShape.count, "room for each image's values")
    precondition(
      indices.allSatisfy { $0 >= 0 && $0 < images.count }, "an image that is not there")
    guard let start = result.baseAddress else { return }
    switch images.pixels {
    case .bytes(let values):
      values.withUnsafeBufferPointer { write(indices, of: $0, epoch: epoch, to: start) }
    case .reals(let values):
      values.withUnsafeBufferPointer { write(indices, of: $0, epoch: epoch, to: start) }
    }
  }

  private func write<Value: StoredPixel>(
    _ indices: [Int], of values: UnsafeBufferPointer<Value>, epoch: Int?,
    to start: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (values, start) = (values, start)
    let (shape, d) = (images.shape, outputShape.count)
    inParallel(count: indices.count) { j in
      let image = UnsafeBufferPointer(
        rebasing: values[indices[j] * shape.count..<(indices[j] + 1) * shape.count])
      let target = UnsafeMutableBufferPointer(start: start + j * d, count: d)
      alteration(of: indices[j], epoch: epoch)
        .write(image, of: shape, to: target, window: outputShape)
      preprocessing.apply(to: target)
    }
  }

  private func alteration(of image: Int, epoch: Int?) -> ImageAlteration {
    let (height, width) = (outputShape.height, outputShape.width)
    guard let epoch, !augmentation.isNone else {
      return ImageAlteration(central: height, width, of: images.shape)
    }
    return augmentation.alteration(
      image: image, epoch: epoch, seed: seed, of: images.shape, height: height, width: width)
  }
}
