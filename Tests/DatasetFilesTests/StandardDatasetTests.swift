import DatasetFiles
import Datasets
import Foundation
import Testing

@Suite("Standard data sets")
struct StandardDatasetTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test("Names and numbers of classes are the official ones")
  func facts() {
    let sets = StandardDataset.allCases
    #expect(sets.map(\.name) == ["MNIST", "Fashion-MNIST", "KMNIST", "CIFAR-10", "CIFAR-100"])
    #expect(sets.map(\.rawValue) == ["mnist", "fashion-mnist", "kmnist", "cifar10", "cifar100"])
    #expect(sets.map(\.classNames.count) == [10, 10, 10, 10, 100])
    #expect(sets.map { Set($0.classNames).count } == [10, 10, 10, 10, 100])
    let fine = StandardDataset.cifar100.classNames
    #expect(fine == fine.sorted())
    #expect([fine[0], fine[19], fine[99]] == ["apple", "cattle", "worm"])
    #expect(StandardDataset.cifar10.classNames[6] == "frog")
    #expect(StandardDataset.fashionMNIST.classNames[9] == "Ankle boot")
  }

  @Test(
    "A set is found in its folder and in the parent, under every spelling",
    arguments: [
      (StandardDataset.mnist, "mnist"), (.mnist, "MNIST/raw"), (.fashionMNIST, "fashion-mnist"),
      (.kmnist, "kmnist"),
    ], ["", ".gz"])
  func places(_ place: (set: StandardDataset, name: String), suffix: String) throws {
    for spelling in ["-idx", ".idx"] {
      let home = try TestFolder()
      try home.writeIDX(
        place.name, train: [3, 1, 4], test: [1, 5], spelling: spelling, suffix: suffix)
      for path in [home.path, home.path + "/", home.path(place.name)] {
        let split = try place.set.load(from: path)
        #expect(split.train.labels == [3, 1, 4])
        #expect(split.test.labels == [1, 5])
        #expect(split.train.shape == ImageShape(height: 28, width: 28, channels: 1))
        #expect(split.train.classNames == place.set.classNames)
        #expect(split.train.provenance.name == place.set.name)
      }
    }
  }

  @Test("The plain file is preferred to the gzipped one")
  func plainFirst() throws {
    try folder.writeIDX("mnist", train: [1, 2])
    try folder.write([0x1f, 0x8b, 0], to: "mnist/train-labels-idx1-ubyte.gz")
    #expect(try StandardDataset.mnist.load(from: folder.path).train.labels == [1, 2])
  }

  @Test("A folder with a file's name does not hide the file under another spelling")
  func folderBesideFile() throws {
    try folder.writeIDX("mnist", train: [1, 2], spelling: ".idx")
    let hidden = try folder.makeFolder("mnist/train-labels-idx1-ubyte")
    #expect(try StandardDataset.mnist.load(from: folder.path).train.labels == [1, 2])
    try FileManager.default.removeItem(atPath: folder.path("mnist/train-labels.idx1-ubyte"))
    #expect(throws: DatasetFileError.unreadable(path: hidden, reason: "it is a folder")) {
      try StandardDataset.mnist.load(from: folder.path)
    }
  }

  @Test("A folder that is not there is missing input", arguments: StandardDataset.allCases)
  func noFolder(set: StandardDataset) {
    let path = folder.path("nowhere")
    let error = #expect(throws: DatasetFileError.self) { try set.load(from: path) }
    #expect(error?.isMissingInput == true)
    #expect(error?.description.hasPrefix("\(path): not found; expected \(set.name)'s") == true)
    #expect(error?.description.contains(set.homePage) == true)
  }

  @Test("A file where a folder is expected is told")
  func fileInstead() throws {
    let path = try folder.write("x", to: "file")
    let expected = DatasetFileError.unreadable(
      path: path, reason: "it is a file, not the folder of MNIST")
    #expect(throws: expected) { try StandardDataset.mnist.load(from: path) }
  }

  @Test(
    "A folder without the files names the first of them",
    arguments: [
      (StandardDataset.mnist, "train-images-idx3-ubyte"), (.cifar10, "data_batch_1.bin"),
      (.cifar100, "train.bin"),
    ])
  func emptyFolder(set: StandardDataset, file: String) {
    expectMissing(folder.path(file), of: set, in: folder.path)
  }

  @Test("Each missing file is named")
  func missingFile() throws {
    for file in [
      "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
      "t10k-labels-idx1-ubyte",
    ] {
      let home = try TestFolder()
      try home.writeIDX("mnist")
      let path = home.path("mnist/" + file)
      try FileManager.default.removeItem(atPath: path)
      expectMissing(path, of: .mnist, in: home.path)
    }
    for file in (1...5).map({ "data_batch_\($0).bin" }) + ["test_batch.bin"] {
      let home = try TestFolder()
      try home.writeCIFAR10(train: [1], test: [2])
      let path = home.path("cifar-10-batches-bin/" + file)
      try FileManager.default.removeItem(atPath: path)
      expectMissing(path, of: .cifar10, in: home.path)
    }
  }

  @Test("Images of another size than the set's are refused")
  func wrongShape() throws {
    try folder.writeIDX("mnist")
    let path = try folder.write(
      idxImages(2, height: 32, width: 32, [UInt8](repeating: 0, count: 2048)),
      to: "mnist/t10k-images-idx3-ubyte")
    let expected = DatasetFileError.wrongShape(path: path, found: "32x32x1", expected: "28x28x1")
    #expect(throws: expected) { try StandardDataset.mnist.load(from: folder.path) }
  }

  @Test("CIFAR-10's five batches come in order, with the names beside them")
  func cifar10() throws {
    let home = "cifar-10-batches-bin/"
    try folder.writeCIFAR10(train: [0], test: [9])
    for batch in 1...5 {
      try folder.write(record([UInt8(batch)], 100), to: home + "data_batch_\(batch).bin")
    }
    var split = try StandardDataset.cifar10.load(from: folder.path)
    #expect(split.train.labels == [1, 2, 3, 4, 5])
    #expect(split.train.pixels == .bytes([UInt8](repeating: 100, count: 5 * 3072)))
    #expect(split.test.labels == [9])
    #expect(split.train.classNames == StandardDataset.cifar10.classNames)
    try folder.write("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n", to: home + "batches.meta.txt")
    split = try StandardDataset.cifar10.load(from: folder.path)
    #expect(split.test.classNames == "abcdefghij".map(String.init))
    let path = try folder.write("a\nb\n", to: home + "batches.meta.txt")
    #expect(throws: DatasetFileError.wrongClassNames(path: path, found: 2, expected: 10)) {
      try StandardDataset.cifar10.load(from: folder.path)
    }
  }

  @Test("CIFAR-100 yields the fine labels and their names")
  func cifar100() throws {
    try folder.write(record([11, 19], 1) + record([3, 99], 2), to: "train.bin")
    try folder.write(record([10, 49], 3), to: "test.bin")
    let split = try StandardDataset.cifar100.load(from: folder.path)
    #expect(split.train.labels == [19, 99])
    #expect(split.test.labels == [49])
    #expect(split.train.classNames == StandardDataset.cifar100.classNames)
    let names = (0..<100).map { "class \($0)" }
    try folder.write(names.joined(separator: "\n"), to: "fine_label_names.txt")
    #expect(try StandardDataset.cifar100.load(from: folder.path).train.classNames == names)
  }

  private func expectMissing(_ path: String, of set: StandardDataset, in folder: String) {
    let error = #expect(throws: DatasetFileError.self) { try set.load(from: folder) }
    #expect(error?.isMissingInput == true)
    #expect(error?.description.hasPrefix("\(path): not found; ") == true)
  }
}
