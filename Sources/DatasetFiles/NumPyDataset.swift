public import Datasets

/// A set of one's own in four files of numpy's `save`.
///
/// `images.npy` and `test-images.npy` hold arrays of shape (n, channels, height, width), of shape
/// (n, height, width) with one channel, or of shape (n, d) for vectors; values on the scale of bytes,
/// 0 to 255. `labels.npy` and `test-labels.npy` hold n whole numbers from 0. These are the files that
/// `NPYFile` writes.
public enum NumPyDataset {
  /// The files: images and labels for training, then for testing.
  public static let files = ["images.npy", "labels.npy", "test-images.npy", "test-labels.npy"]
  /// The largest label.
  public static let largestLabel = 65_535

  /// Reads the set of a folder.
  ///
  /// There are as many classes as the largest label says, each named by its number.
  ///
  /// - Parameter folder: holds the four files; `.gz` may follow their names.
  /// - Returns: the training and the test set, in the order of the files.
  /// - Throws: ``DatasetFileError``.
  /// - Complexity: linear in the length of the files.
  public static func load(from folder: String) throws(DatasetFileError) -> DatasetSplit {
    let paths = try DatasetFolder.paths(of: files, in: folder)
    let train = try part(images: paths[0], labels: paths[1])
    let test = try part(images: paths[2], labels: paths[3])
    guard train.shape == test.shape else {
      throw .wrongShape(
        path: paths[2], found: test.shape.description, expected: train.shape.description)
    }
    let classes = 1 + (train.labels + test.labels).reduce(1, max)
    var caveats = ["a set of your own: the paper used CIFAR-10 and ImageNet"]
    if train.isWithinOne {
      caveats.append(
        "all values lie from -1 to 1: pixels are expected on the scale of bytes, 0 to 255")
    }
    let provenance = Provenance(name: "NumPy arrays", caveats: caveats)
    func dataset(_ part: Part) -> LabeledDataset {
      LabeledDataset(
        shape: part.shape, pixels: part.pixels, labels: part.labels,
        classNames: (0..<classes).map(String.init), provenance: provenance)
    }
    return DatasetSplit(train: dataset(train), test: dataset(test))
  }

  private struct Part {
    var shape: ImageShape
    var pixels: LabeledDataset.Pixels
    var labels: [Int]

    /// Whether no value is beyond 1: those of images that were divided by 255 already.
    var isWithinOne: Bool {
      switch pixels {
      case .bytes(let values): values.allSatisfy { $0 <= 1 }
      case .reals(let values): values.allSatisfy { abs($0) <= 1 }
      }
    }
  }

  private static func part(images: String, labels: String) throws(DatasetFileError) -> Part {
    let array = try NPYArray(at: images)
    let shape = try shape(of: array, path: images)
    let classes = try classes(at: labels)
    guard classes.count == array.sizes[0] else {
      throw .countMismatch(
        imagesPath: images, images: array.sizes[0], labelsPath: labels, labels: classes.count)
    }
    if array.entry == .unsigned(bytes: 1) {
      return Part(shape: shape, pixels: .bytes(array.bytes), labels: classes)
    }
    let values = array.reals.map(Float.init)
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .entryNotFinite(path: images, index: index / shape.count)
    }
    return Part(shape: shape, pixels: .reals(values), labels: classes)
  }

  private static func shape(
    of array: NPYArray, path: String
  ) throws(DatasetFileError) -> ImageShape {
    let sizes = array.sizes
    let image = sizes.dropFirst()
    guard (2...4).contains(sizes.count), image.allSatisfy({ $0 >= 1 }) else {
      throw .wrongArray(
        path: path, sizes: sizes,
        expected: "(n, channels, height, width), (n, height, width) or (n, d)")
    }
    guard sizes[0] >= 1 else { throw .empty(path: path) }
    switch sizes.count {
    case 2: return ImageShape(height: 1, width: sizes[1], channels: 1)
    case 3: return ImageShape(height: sizes[1], width: sizes[2], channels: 1)
    default:
      // So few columns of so many channels are channels in the last place.
      guard sizes[1] <= 4 || sizes[2] <= 4 || sizes[3] > 4 else {
        throw .wrongArray(
          path: path, sizes: sizes,
          expected: "(n, channels, height, width), as of numpy.moveaxis(images, 3, 1)")
      }
      return ImageShape(height: sizes[2], width: sizes[3], channels: sizes[1])
    }
  }

  private static func classes(at path: String) throws(DatasetFileError) -> [Int] {
    let array = try NPYArray(at: path)
    guard array.sizes.count == 1 else {
      throw .wrongArray(path: path, sizes: array.sizes, expected: "(n)")
    }
    var labels: [Int] = []
    for (index, value) in array.reals.enumerated() {
      guard let label = Int(exactly: value), (0...largestLabel).contains(label) else {
        throw .notALabel(path: path, index: index, value: value, largest: largestLabel)
      }
      labels.append(label)
    }
    return labels
  }
}
