import LinearAlgebra
import NetworkFiles
import RandomStreams
import ReLUNetworks
import TestSupport
import Testing

@Suite("Networks as safetensors")
struct SafetensorsFileTests {
  @Test("a small network has the bytes that the format prescribes")
  func knownBytes() {
    let network = ReLUInterpolant(
      direction: [1, -2], thresholds: [0.5],
      outputWeights: Matrix(rows: 1, columns: 1) { _, _ in 3 })
    let header =
      #"{"__metadata__":{"depth":"2","formatVersion":"1","kind":"shared-direction"},"#
      + #""direction":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"#
      + #""thresholds":{"dtype":"F64","shape":[1],"data_offsets":[16,24]},"#
      + #""outputWeights":{"dtype":"F64","shape":[1,1],"data_offsets":[24,32]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let data: [UInt8] =
      [0, 0, 0, 0, 0, 0, 0xF0, 0x3F] + [0, 0, 0, 0, 0, 0, 0, 0xC0]
      + [0, 0, 0, 0, 0, 0, 0xE0, 0x3F] + [0, 0, 0, 0, 0, 0, 0x08, 0x40]
    let length = padded.utf8.count
    #expect(
      SafetensorsFile.bytes(of: network)
        == [UInt8(length % 256), UInt8(length / 256), 0, 0, 0, 0, 0, 0] + Array(padded.utf8) + data)
  }

  @Test("matrices are stored row after row, one row a unit, with zeros outside the blocks")
  func rowMajor() throws {
    let layer = ReLULayer(
      inputs: 3, biases: [7, 8],
      blocks: [
        .init(
          .weight, firstUnit: 0, firstInput: 1,
          weights: Matrix(rows: 1, columns: 2) { 1 + Double($0 + $1) }),
        .init(
          .weight, firstUnit: 1, firstInput: 0, weights: Matrix(rows: 1, columns: 1) { _, _ in 5 }),
      ])
    let file = try SafetensorsFile(
      reading: SafetensorsFile.bytes(of: ReLUNetwork(layers: [layer])))
    #expect(file.metadata == ["kind": "feed-forward", "depth": "1", "formatVersion": "1"])
    #expect(file.tensors.map(\.name) == ["layers.0.weight", "layers.0.bias"])
    #expect(file.tensors.map(\.shape) == [[2, 3], [2]])
    #expect(file.tensors.map { file.values(of: $0) } == [[0, 1, 2, 5, 0, 0], [7, 8]])
  }

  @Test("a network with a shared direction comes back bit for bit", arguments: PropertyCase.all)
  func interpolants(_ property: PropertyCase) throws {
    for kind in WeightKind.allCases {
      let network = property.interpolant(kind)
      let bytes = SafetensorsFile.bytes(of: network)
      guard case .sharedDirection(let read) = try SafetensorsFile(reading: bytes).network() else {
        Issue.record("another kind of network came back")
        return
      }
      #expect(read.bitPatterns == network.bitPatterns)
      #expect(read.outputs == network.outputs)
    }
  }

  @Test("a feed-forward network comes back bit for bit", arguments: PropertyCase.all)
  func networks(_ property: PropertyCase) throws {
    for kind in WeightKind.allCases {
      let network = property.network(kind)
      let read = try feedForward(SafetensorsFile.bytes(of: network))
      #expect(read.bitPatterns == network.bitPatterns)
      #expect(read.sizes == network.sizes)
    }
  }

  @Test("an expanded direction is two dense layers", arguments: PropertyCase.all)
  func expanded(_ property: PropertyCase) throws {
    let network = property.interpolant(.normal)
    let read = try feedForward(SafetensorsFile.bytes(of: network, layout: .expanded))
    #expect(read.bitPatterns == network.expanded.bitPatterns)
    #expect(read.sizes == network.expanded.sizes)
  }

  @Test("depth 8 for 10,000 samples takes no more bytes than its matrices and a header")
  func large() throws {
    let bytes = SafetensorsFile.bytes(of: deepNetwork)
    let entries = deepNetwork.layers.reduce(0) { $0 + $1.units * ($1.inputs + 1) }
    #expect(entries * 8 > 110_000_000)
    #expect(8 * entries..<8 * entries + 4096 ~= bytes.count)
    #expect(try feedForward(bytes).layers.last?.dense() == deepNetwork.layers.last?.dense())
  }

  private func feedForward(_ bytes: [UInt8]) throws -> ReLUNetwork {
    guard case .feedForward(let network) = try SafetensorsFile(reading: bytes).network() else {
      throw WrongKind()
    }
    return network
  }
}

private struct WrongKind: Error {}

/// A network of the size that depth 8 needs for 10,000 samples.
let deepNetwork: ReLUNetwork = {
  let sizes = [3072] + [Int](repeating: 10_000 / 6 + 5, count: 7) + [1]
  return ReLUNetwork(
    layers: zip(sizes, sizes.dropFirst()).map { inputs, units in
      ReLULayer(
        inputs: inputs, biases: [Double](repeating: 1, count: units),
        blocks: [
          .init(
            .weight, firstUnit: 0, firstInput: 0,
            weights: Matrix(
              rows: units, columns: inputs,
              columnMajor: (0..<units * inputs).map { Double($0 % 7) - 3 }))
        ])
    })
}()
