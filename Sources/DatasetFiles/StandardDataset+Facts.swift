public import Datasets

/// What the official files of one part of a set, training or test, hold.
struct OfficialPart: Sendable {
  /// The files, in order: images and labels (IDX), or batches (CIFAR).
  var files: [String]
  /// The number of images.
  var count: Int
  /// The labels that the part begins with, as many as are known; none for KMNIST.
  var firstLabels: [Int]
}

extension StandardDataset {
  /// The name of the set in reports.
  public var name: String {
    switch self {
    case .mnist: "MNIST"
    case .fashionMNIST: "Fashion-MNIST"
    case .kmnist: "KMNIST"
    case .cifar10: "CIFAR-10"
    case .cifar100: "CIFAR-100"
    }
  }

  /// The size of each image.
  public var shape: ImageShape {
    switch self {
    case .mnist, .fashionMNIST, .kmnist: ImageShape(height: 28, width: 28, channels: 1)
    case .cifar10, .cifar100: CIFARFile.shape
    }
  }

  /// The official names of the classes, in the order of the labels.
  public var classNames: [String] {
    switch self {
    case .mnist: (0...9).map(String.init)
    case .fashionMNIST:
      [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
        "Ankle boot",
      ]
    case .kmnist: words("o ki su tsu na ha ma ya re wo")
    case .cifar10: words("airplane automobile bird cat deer dog frog horse ship truck")
    case .cifar100:
      words(
        """
        apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus \
        butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch \
        crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house \
        kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle \
        mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree \
        plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark \
        shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table \
        tank telephone television tiger tractor train trout tulip turtle wardrobe whale \
        willow_tree wolf woman worm
        """)
    }
  }

  /// The page from which the official files are to be had.
  public var homePage: String {
    switch self {
    case .mnist: "https://ossci-datasets.s3.amazonaws.com/mnist/"
    case .fashionMNIST: "https://github.com/zalandoresearch/fashion-mnist"
    case .kmnist: "http://codh.rois.ac.jp/kmnist/"
    case .cifar10, .cifar100: "https://www.cs.toronto.edu/~kriz/cifar.html"
    }
  }

  /// The names under which the folder of the official files is usually found.
  var folderNames: [String] {
    switch self {
    case .mnist: ["mnist", "MNIST/raw"]
    case .fashionMNIST: ["fashion-mnist", "FashionMNIST/raw"]
    case .kmnist: ["kmnist", "KMNIST/raw"]
    case .cifar10: ["cifar-10-batches-bin"]
    case .cifar100: ["cifar-100-binary"]
    }
  }

  var officialTrain: OfficialPart {
    switch self {
    case .mnist: idx("train", count: 60_000, [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    case .fashionMNIST: idx("train", count: 60_000, [9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
    case .kmnist: idx("train", count: 60_000, [])
    case .cifar10:
      OfficialPart(
        files: (1...5).map { "data_batch_\($0).bin" }, count: 50_000,
        firstLabels: [6, 9, 9, 4, 1, 1, 2, 7, 8, 3])
    case .cifar100: OfficialPart(files: ["train.bin"], count: 50_000, firstLabels: [19])
    }
  }

  var officialTest: OfficialPart {
    switch self {
    case .mnist: idx("t10k", count: 10_000, [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    case .fashionMNIST: idx("t10k", count: 10_000, [9, 2, 1, 1, 6, 1, 4, 6, 5, 7])
    case .kmnist: idx("t10k", count: 10_000, [])
    case .cifar10:
      OfficialPart(
        files: ["test_batch.bin"], count: 10_000, firstLabels: [3, 8, 8, 0, 6, 6, 1, 6, 3, 1])
    case .cifar100: OfficialPart(files: ["test.bin"], count: 10_000, firstLabels: [])
    }
  }
}

private func idx(_ part: String, count: Int, _ firstLabels: [Int]) -> OfficialPart {
  OfficialPart(
    files: ["\(part)-images-idx3-ubyte", "\(part)-labels-idx1-ubyte"], count: count,
    firstLabels: firstLabels)
}

private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
