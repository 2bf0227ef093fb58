/// A model read back and evaluated by a few lines that share nothing with what writes it.
///
/// Field numbers are those of `onnx.proto`. Matrices are row-major.
struct ONNXReader {
  struct Node: Equatable {
    var type: String
    var inputs: [String]
    var outputs: [String]
    var attributes: [String: UInt64]
  }

  struct Array2: Equatable {
    var shape: [Int]
    var values: [Double]
    var rows: Int { shape.count == 2 ? shape[0] : 1 }
    var columns: Int { shape.count == 2 ? shape[1] : shape[0] }
    subscript(row: Int, column: Int) -> Double { values[row * columns + column] }
  }

  let version: UInt64
  let operatorSet: UInt64
  let nodes: [Node]
  let initializers: [String: Array2]
  /// The inputs and outputs with their type and their sizes; a free size by its name.
  let inputs: [[String]]
  let outputs: [[String]]

  init(_ bytes: [UInt8]) {
    let model = Message(bytes[...])
    let graph = model.messages(7)[0]
    version = model.numbers(1)[0]
    operatorSet = model.messages(8)[0].numbers(2)[0]
    nodes = graph.messages(1).map { node in
      Node(
        type: node.texts(4)[0], inputs: node.texts(1), outputs: node.texts(2),
        attributes: Dictionary(
          uniqueKeysWithValues: node.messages(5).map { ($0.texts(1)[0], $0.numbers(3)[0]) }))
    }
    initializers = Dictionary(
      uniqueKeysWithValues: graph.messages(5).map { tensor in
        (
          tensor.texts(8)[0],
          Array2(
            shape: tensor.numbers(1).map { Int($0) },
            values: tensor.numbers(2) == [11] ? doubles(tensor.contents(9)[0]) : [])
        )
      })
    func describe(_ field: Int) -> [[String]] {
      graph.messages(field).map { information in
        let tensor = information.messages(2)[0].messages(1)[0]
        let sizes = tensor.messages(2)[0].messages(1).map { size in
          size.texts(2).first ?? "\(size.numbers(1)[0])"
        }
        return [information.texts(1)[0], "\(tensor.numbers(1)[0])"] + sizes
      }
    }
    inputs = describe(11)
    outputs = describe(12)
  }

  /// The values of `y` for some values of `z`.
  func evaluate(_ input: Array2) -> Array2? {
    var known = initializers
    known["z"] = input
    for node in nodes {
      let arguments = node.inputs.compactMap { known[$0] }
      guard arguments.count == node.inputs.count else { return nil }
      let result: Array2
      switch (node.type, node.attributes) {
      case ("Gemm", ["transB": 1]):
        let (a, b, c) = (arguments[0], arguments[1], arguments[2])
        result = table(a.rows, b.rows) { i, j in
          (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[j, $1] } + c[0, j]
        }
      case ("MatMul", [:]):
        let (a, b) = (arguments[0], arguments[1])
        result = table(a.rows, b.columns) { i, j in
          (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[$1, j] }
        }
      case ("Sub", [:]):
        let (a, b) = (arguments[0], arguments[1])
        result = table(a.rows, b.columns) { i, j in a[i, 0] - b[0, j] }
      case ("Relu", [:]):
        result = table(arguments[0].rows, arguments[0].columns) { max(arguments[0][$0, $1], 0) }
      default: return nil
      }
      known[node.outputs[0]] = result
    }
    return known["y"]
  }

  private func table(
    _ rows: Int, _ columns: Int, _ entry: (Int, Int) -> Double
  ) -> Array2 {
    Array2(
      shape: [rows, columns],
      values: (0..<rows).flatMap { i in (0..<columns).map { j in entry(i, j) } })
  }
}

/// A message of protocol buffers, its fields in their order.
private struct Message {
  private var numbers: [(field: Int, value: UInt64)] = []
  private var contents: [(field: Int, bytes: ArraySlice<UInt8>)] = []

  init(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    func varint() -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while let byte = rest.popFirst() {
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { break }
        shift += 7
      }
      return value
    }
    while !rest.isEmpty {
      let tag = varint()
      if tag % 8 == 0 {
        numbers.append((Int(tag / 8), varint()))
      } else {
        precondition(tag % 8 == 2, "wire type 0 or 2 expected")
        let length = Int(varint())
        contents.append((Int(tag / 8), rest.prefix(length)))
        precondition(rest.count >= length, "a field ends inside its message")
        rest = rest.dropFirst(length)
      }
    }
  }

  func numbers(_ field: Int) -> [UInt64] { numbers.filter { $0.field == field }.map(\.value) }
  func contents(_ field: Int) -> [ArraySlice<UInt8>] {
    contents.filter { $0.field == field }.map(\.bytes)
  }
  func texts(_ field: Int) -> [String] {
    contents(field).map { String(decoding: $0, as: UTF8.self) }
  }
  func messages(_ field: Int) -> [Message] { contents(field).map { Message($0) } }
}

private func doubles(_ bytes: ArraySlice<UInt8>) -> [Double] {
  let bytes = Array(bytes)
  return stride(from: 0, to: bytes.count, by: 8).map { first in
    Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[first + $1]) << UInt64(8 * $1) })
  }
}
