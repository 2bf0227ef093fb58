public import Datasets

/// The public data sets whose files this module knows.
public enum StandardDataset: String, CaseIterable, Sendable {
  /// Handwritten digits.
  case mnist
  /// Articles of clothing, in MNIST's format.
  case fashionMNIST = "fashion-mnist"
  /// Cursive Japanese characters, in MNIST's format.
  case kmnist
  /// Small colour photographs of 10 classes.
  case cifar10
  /// Small colour photographs of 100 classes.
  case cifar100

  /// Reads the whole set from its official files.
  ///
  /// Class names of the CIFAR sets come from the text file beside the data, if there is one.
  /// A set that does not begin with the official labels, or is of another length, says so in its
  /// provenance.
  ///
  /// - Parameter folder: the folder that holds the official files, or its parent.
  /// - Returns: the training and the test set, in the order of the files.
  /// - Throws: ``DatasetFileError/notFound(path:whatToTry:)`` when the folder or a file is missing;
  ///   the other cases when a file is wrong.
  /// - Complexity: linear in the length of the files.
  public func load(from folder: String) throws(DatasetFileError) -> DatasetSplit {
    let files = try DatasetFolder(of: self, at: folder)
    return switch self {
    case .mnist, .fashionMNIST, .kmnist: try loadIDX(files)
    case .cifar10, .cifar100: try loadCIFAR(files)
    }
  }

  private func loadIDX(_ folder: DatasetFolder) throws(DatasetFileError) -> DatasetSplit {
    func part(_ part: OfficialPart) throws(DatasetFileError) -> LabeledDataset {
      let images = try folder.file(part.files[0])
      let labels = try folder.file(part.files[1])
      let set = try IDXFile.dataset(
        images: images, labels: labels, classNames: classNames, provenance: Provenance(name: name))
      guard set.shape == shape else {
        throw .wrongShape(
          path: images, found: set.shape.description, expected: shape.description)
      }
      return set
    }
    return addingCaveats(train: try part(officialTrain), test: try part(officialTest))
  }

  private func loadCIFAR(_ folder: DatasetFolder) throws(DatasetFileError) -> DatasetSplit {
    let format = self == .cifar10 ? CIFARFile.cifar10 : CIFARFile.cifar100
    var names = classNames
    let namesFile = self == .cifar10 ? "batches.meta.txt" : "fine_label_names.txt"
    if let path = folder.optionalFile(namesFile) {
      names = try CIFARFile.classNames(at: path, count: names.count)
    }
    func part(_ part: OfficialPart) throws(DatasetFileError) -> LabeledDataset {
      var paths: [String] = []
      for file in part.files { paths.append(try folder.file(file)) }
      return try format.dataset(
        at: paths, classNames: names, provenance: Provenance(name: name))
    }
    return addingCaveats(train: try part(officialTrain), test: try part(officialTest))
  }

  /// Says where the files differ from the official ones.
  private func addingCaveats(train: LabeledDataset, test: LabeledDataset) -> DatasetSplit {
    var caveats: [String] = []
    if train.count != officialTrain.count || test.count != officialTest.count {
      caveats.append(
        "\(train.count) training and \(test.count) test images found, the official \(name) has "
          + "\(officialTrain.count) and \(officialTest.count)")
    }
    if !train.labels.starts(with: officialTrain.firstLabels)
      || !test.labels.starts(with: officialTest.firstLabels)
    {
      caveats.append(
        "not the official files in the official order (a re-encoded copy?): figures are close to, "
          + "not the same as, the official set's")
    }
    let provenance = Provenance(name: name, caveats: caveats)
    func marked(_ set: LabeledDataset) -> LabeledDataset {
      LabeledDataset(
        shape: set.shape, pixels: set.pixels, labels: set.labels, classNames: set.classNames,
        provenance: provenance)
    }
    return DatasetSplit(train: marked(train), test: marked(test))
  }
}
