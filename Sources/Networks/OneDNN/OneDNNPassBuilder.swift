internal import LinearAlgebra

/// Plans a pass: chooses primitives, inserts reorders where layouts differ, places all buffers.
///
/// Every computation is noted with the buffers that it uses; when all are known, the memory is
/// planned, and only then are the computations bound to addresses.
final class OneDNNPassBuilder {
  /// A tensor in a buffer.
  struct Tensor {
    var layout: TensorLayout
    var buffer: Int
  }

  /// A tensor in a buffer of the pass, or at an address of its own.
  enum Operand {
    case tensor(Tensor)
    case fixed(TensorLayout, UnsafeMutablePointer<Float>)

    var layout: TensorLayout {
      switch self {
      case .tensor(let tensor): tensor.layout
      case .fixed(let layout, _): layout
      }
    }
  }

  let graph: NetworkGraph
  let library: OneDNN
  let count: Int
  let training: Bool
  let threads: Int
  /// The value of each node that has one of its own.
  var values: [Int: Tensor] = [:]
  /// The gradient of each node's value, as far as it is gathered.
  var gradients: [Int: Tensor] = [:]

  private var buffers: [MemoryPlan.Buffer] = []
  private var pending: [(title: String, bind: (Places) -> () -> Void)] = []
  private var reordered: [(buffer: Int, tensor: Tensor)] = []

  /// Where buffers are, once that is known.
  struct Places {
    fileprivate var start: UnsafeMutableRawPointer
    fileprivate var offsets: [Int]

    func floats(_ tensor: Tensor) -> UnsafeMutablePointer<Float> {
      (start + offsets[tensor.buffer]).assumingMemoryBound(to: Float.self)
    }

    fileprivate func address(_ operand: Operand) -> UnsafeMutableRawPointer {
      switch operand {
      case .tensor(let tensor): start + offsets[tensor.buffer]
      case .fixed(_, let address): UnsafeMutableRawPointer(address)
      }
    }
  }

  init(_ graph: NetworkGraph, library: OneDNN, count: Int, training: Bool, threads: Int) {
    (self.graph, self.library) = (graph, library)
    (self.count, self.training, self.threads) = (count, training, threads)
    values[0] = tensor(.plain(sizes(of: 0)))
    use([values[0]])
  }

  /// The sizes of a node's value for all samples.
  func sizes(of node: Int) -> [Int] {
    switch graph.nodes[node].shape {
    case .vector(let length): [count, length]
    case .image(let channels, let height, let width): [count, channels, height, width]
    }
  }

  /// The value of a node's input.
  func value(of node: Int) -> Tensor {
    guard let value = values[node] else { preconditionFailure("nodes come after their inputs") }
    return value
  }

  /// A new buffer.
  func tensor(_ layout: TensorLayout) -> Tensor {
    buffers.append(MemoryPlan.Buffer(byteCount: layout.byteCount))
    return Tensor(layout: layout, buffer: buffers.count - 1)
  }

  private func use(_ tensors: [Tensor?]) {
    for case let tensor? in tensors { buffers[tensor.buffer].use(at: pending.count) }
  }

  /// Adds a computation of our own.
  func add(_ title: String, using tensors: [Tensor], _ bind: @escaping (Places) -> () -> Void) {
    use(tensors)
    pending.append((title, bind))
  }

  /// Adds a primitive.
  func add(_ title: String, _ primitive: Primitive, _ operands: [(TensorRole, Operand)]) {
    use(
      operands.map {
        if case .tensor(let tensor) = $0.1 { tensor } else { nil }
      })
    pending.append(
      (
        "\(title), \(primitive.implementation)",
        { places in
          primitive.bind(operands.map { ($0.0, $0.1.layout, places.address($0.1)) })
          return primitive.run
        }
      ))
  }

  /// The same values in the layout wanted: the tensor itself, or a copy made once.
  func arranged(_ tensor: Tensor, as layout: TensorLayout, _ title: String) -> Tensor {
    if tensor.layout == layout { return tensor }
    for known in reordered where known.buffer == tensor.buffer && known.tensor.layout == layout {
      return known.tensor
    }
    let result = self.tensor(layout)
    add(
      "\(title) reorder", required(library.reorder(from: tensor.layout, to: layout), title),
      [(.source, .tensor(tensor)), (.result, .tensor(result))])
    reordered.append((tensor.buffer, result))
    return result
  }

  /// Values that are about to change must not be found again as copies of what they were.
  func forgetCopies(of tensor: Tensor) {
    reordered.removeAll { $0.buffer == tensor.buffer || $0.tensor.buffer == tensor.buffer }
  }

  /// Adds to the gradient of a node's value; a gradient given is owned by the node from then on.
  func accumulate(_ gradient: Tensor, of node: Int) {
    guard let sum = gradients[node] else {
      gradients[node] = gradient
      return
    }
    let title = graph.nodes[node].title
    let addend = arranged(gradient, as: sum.layout, title)
    add(
      "\(title) gradients' sum",
      required(library.sum(sum.layout, addend.layout, result: sum.layout), title),
      [
        (.source, .tensor(sum)), (.secondSource, .tensor(addend)), (.result, .tensor(sum)),
      ])
    forgetCopies(of: sum)
  }

  /// A primitive that oneDNN has for every layout that it can meet here.
  func required(_ primitive: Primitive?, _ title: String) -> Primitive {
    guard let primitive else { preconditionFailure("oneDNN has no primitive for \(title)") }
    return primitive
  }

  /// Places all buffers and binds the computations.
  ///
  /// - Parameters:
  ///   - logits: the tensor that holds the logits at the end.
  ///   - memory: used if it is large enough; otherwise new memory is made.
  /// - Returns: the pass and the memory that it uses.
  func build(logits: Tensor, in memory: SharedMemory?) -> (OneDNNPass, SharedMemory) {
    use([logits])
    let plan = MemoryPlan(buffers)
    let memory =
      memory.flatMap { $0.byteCount >= plan.byteCount ? $0 : nil }
      ?? SharedMemory(byteCount: plan.byteCount)
    let places = Places(start: memory.start, offsets: plan.offsets)
    func floats(_ tensor: Tensor) -> UnsafeMutableBufferPointer<Float> {
      UnsafeMutableBufferPointer(
        start: places.floats(tensor),
        count: tensor.layout.byteCount / MemoryLayout<Float>.stride)
    }
    let pass = OneDNNPass(
      computations: pending.map { OneDNNPass.Computation(title: $0.title, run: $0.bind(places)) },
      input: floats(value(of: 0)), logits: floats(logits), memory: memory)
    return (pass, memory)
  }
}
