/// All parameters and running statistics of a network in the order that the fast engine computes in.
final class OneDNNParameters {
  let graph: NetworkGraph
  private let library: OneDNN
  /// One block for each parameter; a scale and its shift share one.
  private(set) var blocks: [ParameterBlock] = []
  /// The running mean and variance of each statistic of the graph.
  let statistics: [UnsafeMutablePointer<Float>]
  /// The same of the last training batch.
  let batchStatistics: [UnsafeMutablePointer<Float>]
  /// Where each of the graph's parameters lies.
  private var places: [(block: Int, offset: Int)] = []

  /// - Parameters:
  ///   - graph: the network.
  ///   - library: makes reorders.
  ///   - filterLayout: the layout of the filters of the convolution at a node.
  init(_ graph: NetworkGraph, library: OneDNN, filterLayout: (Int) -> TensorLayout) {
    self.graph = graph
    self.library = library
    for (index, node) in graph.nodes.enumerated() {
      for parameter in node.parameters {
        let shape = graph.parameters[parameter]
        switch (node.operation, shape.role) {
        case (_, .shift):  // behind its scale
          places.append((blocks.count - 1, shape.count))
          continue
        case (_, .scale): blocks.append(ParameterBlock(count: 2 * shape.count, decays: false))
        case (.convolution, .weight):
          let layout = filterLayout(index)
          blocks.append(
            ParameterBlock(
              count: layout.byteCount / MemoryLayout<Float>.stride, layout: layout, decays: true))
        case (.dense, let role):
          blocks.append(
            ParameterBlock(count: shape.count, decays: role == .weight, foldsMomentum: true))
        default: blocks.append(ParameterBlock(count: shape.count, decays: false))
        }
        places.append((blocks.count - 1, 0))
      }
    }
    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
      let values = UnsafeMutablePointer<Float>.allocate(capacity: count)
      values.initialize(repeating: 0, count: count)
      return values
    }
    statistics = graph.statistics.map { zeros($0.count) }
    batchStatistics = graph.statistics.map { zeros($0.count) }
  }

  deinit {
    for values in statistics + batchStatistics { values.deallocate() }
  }

  /// The block of one of the graph's parameters.
  func block(of parameter: Int) -> ParameterBlock { blocks[places[parameter].block] }

  /// Which of a block's arrays is meant.
  enum Kind { case values, velocity }

  private func array(_ kind: Kind, of parameter: Int) -> UnsafeMutablePointer<Float> {
    let place = places[parameter]
    let block = blocks[place.block]
    return (kind == .values ? block.values : block.velocity) + place.offset
  }

  /// Copies out one of the graph's parameters, last index fastest.
  func exported(_ kind: Kind, parameter: Int) -> [Float] {
    let shape = graph.parameters[parameter]
    let source = array(kind, of: parameter)
    return [Float](unsafeUninitializedCapacity: shape.count) { target, count in
      if let start = target.baseAddress {
        if let layout = block(of: parameter).layout {
          copy(source, layout, to: start, .plain(shape.dimensions))
        } else {
          start.initialize(from: source, count: shape.count)
        }
      }
      count = shape.count
    }
  }

  /// Copies in one of the graph's parameters, last index fastest.
  func set(_ kind: Kind, parameter: Int, to values: [Float]) {
    let shape = graph.parameters[parameter]
    precondition(values.count == shape.count, "\(shape.name) has \(shape.count) values")
    let target = array(kind, of: parameter)
    var values = values
    values.withUnsafeMutableBufferPointer { source in
      guard let start = source.baseAddress else { return }
      if let layout = block(of: parameter).layout {
        copy(start, .plain(shape.dimensions), to: target, layout)
      } else {
        target.update(from: start, count: shape.count)
      }
    }
  }

  private func copy(
    _ source: UnsafeMutablePointer<Float>, _ from: TensorLayout,
    to target: UnsafeMutablePointer<Float>, _ to: TensorLayout
  ) {
    guard let reorder = library.reorder(from: from, to: to) else {
      preconditionFailure("oneDNN reorders filters of every layout that it chooses")
    }
    reorder.bind([
      (.source, from, UnsafeMutableRawPointer(source)),
      (.result, to, UnsafeMutableRawPointer(target)),
    ])
    reorder.run()
  }

  /// v ← μ v + g + λ w, w ← w - η v, for all.
  func step(_ rule: StepRule, threads: Int) {
    for block in blocks { block.step(rule, threads: threads) }
  }

  /// r ← decay · r + (1 - decay) · s, with the unbiased variance of a batch.
  func followBatch(count: Int) {
    for node in graph.nodes {
      guard case .batchNormalization(let normalization) = node.operation else { continue }
      let values = Float(count * node.shape.area)
      let correction = values > 1 ? values / (values - 1) : 1
      let keep = Float(normalization.decay)
      let (mean, variance) = (node.statistics.lowerBound, node.statistics.lowerBound + 1)
      for c in 0..<node.shape.channels {
        statistics[mean][c] = keep * statistics[mean][c] + (1 - keep) * batchStatistics[mean][c]
        statistics[variance][c] =
          keep * statistics[variance][c]
          + (1 - keep) * correction * batchStatistics[variance][c]
      }
    }
  }
}
