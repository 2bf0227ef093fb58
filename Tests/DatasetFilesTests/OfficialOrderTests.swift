import DatasetFiles
import Datasets
import Testing

@Suite("Official files told from other copies")
struct OfficialOrderTests {
  /// The labels that official files begin with; every batch of CIFAR-10 is written with the first.
  struct Beginning {
    var set: StandardDataset
    var train: [UInt8]
    var test: [UInt8]
  }

  static let beginnings = [
    Beginning(
      set: .mnist, train: [5, 0, 4, 1, 9, 2, 1, 3, 1, 4], test: [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]),
    Beginning(
      set: .fashionMNIST, train: [9, 0, 0, 3, 0, 2, 7, 2, 5, 5],
      test: [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]),
    Beginning(
      set: .cifar10, train: [6, 9, 9, 4, 1, 1, 2, 7, 8, 3], test: [3, 8, 8, 0, 6, 6, 1, 6, 3, 1]),
  ]
  static let orderCaveat =
    "not the official files in the official order (a re-encoded copy?): figures are close to, "
    + "not the same as, the official set's"

  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test("A set in official order, short of images, has that caveat alone", arguments: beginnings)
  func count(_ official: Beginning) throws {
    try write(official.set, train: official.train, test: official.test)
    let split = try official.set.load(from: folder.path)
    let isCIFAR = official.set == .cifar10
    let caveat =
      "\(isCIFAR ? 50 : 10) training and 10 test images found, the official "
      + "\(official.set.name) has \(isCIFAR ? 50_000 : 60_000) and 10000"
    #expect(split.train.provenance == Provenance(name: official.set.name, caveats: [caveat]))
    #expect(split.test.provenance == split.train.provenance)
  }

  @Test("A set in another order says so, whichever of its parts it is", arguments: beginnings)
  func order(_ official: Beginning) throws {
    try write(official.set, train: official.train.reversed(), test: official.test)
    #expect(
      try official.set.load(from: folder.path).test.provenance.caveats.last == Self.orderCaveat)
    try write(official.set, train: official.train, test: official.test.reversed())
    #expect(
      try official.set.load(from: folder.path).train.provenance.caveats.last == Self.orderCaveat)
  }

  @Test("A set that stops within the known labels is not taken for the official one")
  func short() throws {
    try write(.mnist, train: [5, 0, 4], test: [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    let caveats = try StandardDataset.mnist.load(from: folder.path).train.provenance.caveats
    #expect(caveats.count == 2)
    #expect(caveats.last == Self.orderCaveat)
  }

  @Test("A whole set in official order has no caveat")
  func whole() throws {
    try write(
      .mnist, train: [5, 0, 4, 1, 9, 2, 1, 3, 1, 4] + [UInt8](repeating: 1, count: 59_990),
      test: [7, 2, 1, 0, 4, 1, 4, 9, 5, 9] + [UInt8](repeating: 2, count: 9_990))
    let split = try StandardDataset.mnist.load(from: folder.path)
    #expect(split.train.count == 60_000)
    #expect(split.train.provenance == Provenance(name: "MNIST"))
    #expect(split.test.provenance == Provenance(name: "MNIST"))
  }

  private func write(_ set: StandardDataset, train: [UInt8], test: [UInt8]) throws {
    if set == .cifar10 {
      try folder.writeCIFAR10(train: train, test: test)
    } else {
      try folder.writeIDX(set.rawValue, train: train, test: test)
    }
  }
}
