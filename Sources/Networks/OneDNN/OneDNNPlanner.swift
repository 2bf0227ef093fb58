private import RandomStreams

/// Writes down the computations of a pass, operation by operation, forward and backward.
final class OneDNNPlanner {
  let graph: NetworkGraph
  let fused: [FusedOperation]
  let library: OneDNN
  let storage: OneDNNParameters
  let current: CurrentBatch
  let loss: Loss
  let builder: OneDNNPassBuilder
  /// What the backward part wants to know of the forward part, by node.
  private var primitives: [Int: Primitive] = [:]
  private var workspaces: [Int: OneDNNPassBuilder.Tensor] = [:]
  private var sources: [Int: OneDNNPassBuilder.Tensor] = [:]

  private var count: Int { builder.count }
  private var training: Bool { builder.training }
  private var threads: Int { builder.threads }

  init(
    _ graph: NetworkGraph, _ fused: [FusedOperation], library: OneDNN, count: Int, training: Bool,
    threads: Int, storage: OneDNNParameters, current: CurrentBatch, loss: Loss
  ) {
    (self.graph, self.fused, self.library) = (graph, fused, library)
    (self.storage, self.current, self.loss) = (storage, current, loss)
    builder = OneDNNPassBuilder(
      graph, library: library, count: count, training: training, threads: threads)
  }

  /// The layouts in which the filters of each convolution are stored, by node.
  static func filterLayouts(
    _ graph: NetworkGraph, _ fused: [FusedOperation], library: OneDNN, count: Int
  ) -> [Int: TensorLayout] {
    var result: [Int: TensorLayout] = [:]
    for operation in fused {
      let node = graph.nodes[operation.node]
      guard case .convolution(let convolution) = node.operation else { continue }
      let primitive = convolutionPrimitive(
        graph, operation, convolution, library: library, count: count, training: true,
        weights: .any(graph.parameters[node.parameters.lowerBound].dimensions))
      result[operation.node] = primitive?.weights
    }
    return result
  }

  private static func convolutionPrimitive(
    _ graph: NetworkGraph, _ operation: FusedOperation, _ convolution: Convolution,
    library: OneDNN, count: Int, training: Bool, weights: TensorLayout
  ) -> Primitive? {
    let node = graph.nodes[operation.node]
    let (input, output) = (graph.nodes[node.inputs[0]].shape, node.shape)
    return library.convolution(
      source: .any([count, input.channels, input.height, input.width]), weights: weights,
      bias: convolution.hasBias ? .plain([convolution.filters]) : nil,
      result: .any([count, output.channels, output.height, output.width]),
      window: PlacedWindow(convolution.window, on: input), relu: operation.rectified,
      training: training)
  }

  /// Plans everything.
  ///
  /// - Parameter memory: of an earlier pass, used again if it is large enough.
  /// - Returns: the pass and its memory.
  func pass(in memory: SharedMemory?) -> (OneDNNPass, SharedMemory) {
    for operation in fused { forward(operation) }
    let last = graph.nodes.count - 1
    let logits = plain(builder.value(of: last), of: last)
    if training {
      let (current, loss, classes) = (current, loss, graph.classCount)
      let values = count * classes
      builder.add("loss", using: [logits]) { places in
        let target = UnsafeMutableBufferPointer(start: places.floats(logits), count: values)
        return {
          current.score = loss.evaluate(target, classes: classes, labels: current.batch.labels)
        }
      }
      builder.forgetCopies(of: logits)
      builder.gradients[last] = logits
      for operation in fused.reversed() { backward(operation) }
    }
    return builder.build(logits: logits, in: memory)
  }

  /// A value with the last index fastest.
  private func plain(
    _ tensor: OneDNNPassBuilder.Tensor, of node: Int
  ) -> OneDNNPassBuilder.Tensor {
    builder.arranged(tensor, as: .plain(builder.sizes(of: node)), graph.nodes[node].title)
  }

  /// The same memory under other sizes; both layouts are plain.
  private func reshaped(
    _ tensor: OneDNNPassBuilder.Tensor, _ sizes: [Int]
  ) -> OneDNNPassBuilder.Tensor {
    OneDNNPassBuilder.Tensor(layout: .plain(sizes), buffer: tensor.buffer)
  }

  // MARK: Forward

  private func forward(_ operation: FusedOperation) {
    let index = operation.node
    let node = graph.nodes[index]
    let title = "\(node.title) forward"
    let input = node.inputs[0]
    let source = builder.value(of: input)
    switch node.operation {
    case .input: break
    case .dense(let dense): denseForward(operation, dense, source, title)
    case .convolution(let convolution):
      convolutionForward(operation, convolution, source, title)
    case .maxPooling(let pooling):
      poolingForward(
        index, .max, PlacedWindow(pooling.window, on: graph.nodes[input].shape), source,
        sizes: builder.sizes(of: index))
    case .averagePooling(let pooling):
      poolingForward(
        index, .average, PlacedWindow(pooling.window, on: graph.nodes[input].shape), source,
        sizes: builder.sizes(of: index))
    case .globalAveragePooling:
      let sizes = [count, node.shape.count, 1, 1]
      poolingForward(
        index, .average, PlacedWindow(covering: graph.nodes[input].shape), source, sizes: sizes)
      let pooled = builder.arranged(builder.value(of: index), as: .plain(sizes), title)
      builder.values[index] = reshaped(pooled, builder.sizes(of: index))
    case .batchNormalization(let normalization):
      normalizationForward(operation, normalization, source, title)
    case .localResponseNormalization(let normalization):
      responseNormalizationForward(index, normalization, source, title)
    case .rectifier:
      let result = builder.tensor(source.layout)
      builder.add(
        title, builder.required(library.rectifier(data: source.layout), title),
        [(.source, .tensor(source)), (.result, .tensor(result))])
      builder.values[index] = result
    case .dropout(let dropout): dropoutForward(index, dropout, source, title)
    case .flatten:
      builder.values[index] = reshaped(plain(source, of: input), builder.sizes(of: index))
    case .concatenation: concatenationForward(index, title)
    }
  }

  /// By oneDNN with channels last, where its code for that is a fast one; otherwise by our own.
  private func responseNormalizationForward(
    _ index: Int, _ normalization: LocalResponseNormalization,
    _ source: OneDNNPassBuilder.Tensor, _ title: String
  ) {
    let lasting = TensorLayout.images(builder.sizes(of: index), .channelsLast)
    let shape = graph.nodes[index].shape
    // Outside these, oneDNN 2.6 has slow code, or code that fails on small images.
    if shape.channels % 16 == 0, shape.area > 1, normalization.beta == 0.75,
      (1...7).contains(normalization.radius),
      let primitive = library.responseNormalization(
        normalization, data: lasting, training: training),
      !primitive.implementation.contains("ref")
    {
      let x = builder.arranged(source, as: lasting, title)
      let y = builder.tensor(lasting)
      var operands: [(TensorRole, OneDNNPassBuilder.Operand)] = [
        (.source, .tensor(x)), (.result, .tensor(y)),
      ]
      if training && primitive.workspace.byteCount > 0 {
        let workspace = builder.tensor(primitive.workspace)
        operands.append((.workspace, .tensor(workspace)))
        workspaces[index] = workspace
      }
      builder.add(title, primitive, operands)
      primitives[index] = primitive
      sources[index] = x
      // What follows was chosen for the order that came in.
      builder.values[index] = builder.arranged(y, as: source.layout, title)
      return
    }
    let (x, work) = responseNormalization(index, normalization, source)
    let result = builder.tensor(x.layout)
    let (count, threads) = (count, threads)
    builder.add("\(title), own", using: [x, result]) { places in
      let (x, y) = (places.floats(x), places.floats(result))
      return { work.forward(x, to: y, images: count, threads: threads) }
    }
    builder.values[index] = result
  }

  private func responseNormalizationBackward(
    _ index: Int, _ normalization: LocalResponseNormalization,
    _ gradient: OneDNNPassBuilder.Tensor, _ title: String
  ) {
    let input = graph.nodes[index].inputs[0]
    if let forward = primitives[index], let x = sources[index] {
      let primitive = builder.required(
        library.responseNormalizationGradient(normalization, data: x.layout, forward: forward),
        title)
      let slope = builder.arranged(gradient, as: x.layout, title)
      let result = builder.tensor(x.layout)
      var operands: [(TensorRole, OneDNNPassBuilder.Operand)] = [
        (.source, .tensor(x)), (.resultGradient, .tensor(slope)),
        (.sourceGradient, .tensor(result)),
      ]
      if let workspace = workspaces[index] { operands.append((.workspace, .tensor(workspace))) }
      builder.add(title, primitive, operands)
      builder.accumulate(
        builder.arranged(result, as: builder.value(of: input).layout, title), of: input)
      return
    }
    let (source, work) = responseNormalization(index, normalization, builder.value(of: input))
    let slope = builder.arranged(gradient, as: source.layout, title)
    let result = builder.tensor(source.layout)
    let (count, threads) = (count, threads)
    builder.add("\(title), own", using: [source, slope, result]) { places in
      let (x, dy, dx) = (places.floats(source), places.floats(slope), places.floats(result))
      return { work.backward(x, resultGradient: dy, to: dx, images: count, threads: threads) }
    }
    builder.accumulate(result, of: input)
  }

  /// The input in an order that our own code knows, and that code.
  private func responseNormalization(
    _ index: Int, _ normalization: LocalResponseNormalization, _ source: OneDNNPassBuilder.Tensor
  ) -> (OneDNNPassBuilder.Tensor, BlockedLocalResponseNormalization) {
    let sizes = builder.sizes(of: index)
    let order = source.layout.order(sizes)
    let x = order == nil ? plain(source, of: graph.nodes[index].inputs[0]) : source
    let work = BlockedLocalResponseNormalization(
      normalization, shape: graph.nodes[index].shape, layout: x.layout, order: order ?? .plain)
    return (x, work)
  }

  /// The parts are brought to the order of the largest, if its blocks can hold them all.
  private func concatenationForward(_ index: Int, _ title: String) {
    let inputs = graph.nodes[index].inputs
    let sizes = builder.sizes(of: index)
    var order = TensorLayout.Order.plain
    if sizes.count == 4,
      let largest = inputs.max(by: { graph.nodes[$0].shape.count < graph.nodes[$1].shape.count }),
      let known = builder.value(of: largest).layout.order(builder.sizes(of: largest)),
      known == .channelsLast
        || inputs.allSatisfy({ graph.nodes[$0].shape.channels % known.block(of: 1) == 0 })
    {
      order = known
    }
    func layout(_ node: Int) -> TensorLayout {
      sizes.count == 4
        ? .images(builder.sizes(of: node), order) : .plain(builder.sizes(of: node))
    }
    let parts = inputs.map { builder.arranged(builder.value(of: $0), as: layout($0), title) }
    let result = builder.tensor(layout(index))
    builder.add(
      title,
      builder.required(
        library.concatenation(parts.map(\.layout), result: result.layout), title),
      parts.enumerated().map { (.part($0.offset), .tensor($0.element)) }
        + [(.result, .tensor(result))])
    builder.values[index] = result
  }

  private func denseForward(
    _ operation: FusedOperation, _ dense: Dense, _ source: OneDNNPassBuilder.Tensor,
    _ title: String
  ) {
    let node = graph.nodes[operation.node]
    let (inputs, outputs) = (graph.nodes[node.inputs[0]].shape.count, dense.outputs)
    let x = plain(source, of: node.inputs[0])
    let result = builder.tensor(.plain([count, outputs]))
    let weights = storage.block(of: node.parameters.lowerBound).values
    let biases =
      dense.hasBias ? storage.block(of: node.parameters.lowerBound + 1).values : nil
    let (count, threads, rectified) = (count, threads, operation.rectified)
    builder.add("\(title), sgemm", using: [x, result]) { places in
      let (x, y) = (places.floats(x), places.floats(result))
      return {
        OneDNN.product(
          x, weights, transposeB: true, rows: count, columns: outputs, inner: inputs, beta: 0,
          to: y)
        if biases == nil && !rectified { return }
        OneDNN.inParallel(count: count, threads: count * outputs < 1 << 14 ? 1 : threads) {
          for row in $0 {
            let y = y + row * outputs
            if let biases { for i in 0..<outputs { y[i] += biases[i] } }
            if rectified { for i in 0..<outputs { y[i] = max(y[i], 0) } }
          }
        }
      }
    }
    builder.values[operation.output] = result
  }

  private func convolutionForward(
    _ operation: FusedOperation, _ convolution: Convolution, _ source: OneDNNPassBuilder.Tensor,
    _ title: String
  ) {
    let node = graph.nodes[operation.node]
    let filters = storage.block(of: node.parameters.lowerBound)
    let dimensions = graph.parameters[node.parameters.lowerBound].dimensions
    let stored = filters.layout ?? .plain(dimensions)
    func primitive(_ weights: TensorLayout) -> Primitive? {
      OneDNNPlanner.convolutionPrimitive(
        graph, operation, convolution, library: library, count: count, training: training,
        weights: weights)
    }
    // The layout was chosen for a full batch; another size may want another one.
    var chosen = primitive(stored)
    if chosen.map({ $0.implementation.hasPrefix("ref") }) ?? true {
      chosen = primitive(.any(dimensions))
    }
    let convolved = builder.required(chosen, title)
    let x = builder.arranged(source, as: convolved.source, title)
    let result = builder.tensor(convolved.result)
    var operands: [(TensorRole, OneDNNPassBuilder.Operand)] = [
      (.source, .tensor(x)),
      (.weights, arrangedFilters(filters, stored, as: convolved.weights, title)),
      (.result, .tensor(result)),
    ]
    if convolution.hasBias {
      operands.append((.bias, bias(of: node, \.values)))
    }
    builder.add(title, convolved, operands)
    builder.values[operation.output] = result
    primitives[operation.node] = convolved
    sources[operation.node] = x
  }

  private func bias(
    of node: NetworkGraph.Node, _ array: KeyPath<ParameterBlock, UnsafeMutablePointer<Float>>
  ) -> OneDNNPassBuilder.Operand {
    let parameter = node.parameters.lowerBound + 1
    return .fixed(
      .plain(graph.parameters[parameter].dimensions),
      storage.block(of: parameter)[keyPath: array])
  }

  /// Filters in the layout that a primitive wants, copied in each pass if it is another one.
  private func arrangedFilters(
    _ filters: ParameterBlock, _ stored: TensorLayout, as wanted: TensorLayout, _ title: String
  ) -> OneDNNPassBuilder.Operand {
    if wanted == stored { return .fixed(stored, filters.values) }
    let copy = builder.tensor(wanted)
    builder.add(
      "\(title) filters' reorder",
      builder.required(library.reorder(from: stored, to: wanted), title),
      [(.source, .fixed(stored, filters.values)), (.result, .tensor(copy))])
    return .tensor(copy)
  }

  private func poolingForward(
    _ index: Int, _ kind: PoolingKind, _ window: PlacedWindow,
    _ source: OneDNNPassBuilder.Tensor, sizes: [Int]
  ) {
    let title = "\(graph.nodes[index].title) forward"
    let primitive = builder.required(
      library.pooling(
        kind, source: source.layout, result: .any(sizes), window: window, training: training),
      title)
    let result = builder.tensor(primitive.result)
    var operands: [(TensorRole, OneDNNPassBuilder.Operand)] = [
      (.source, .tensor(source)), (.result, .tensor(result)),
    ]
    if training && kind == .max {
      let workspace = builder.tensor(primitive.workspace)
      operands.append((.workspace, .tensor(workspace)))
      workspaces[index] = workspace
    }
    builder.add(title, primitive, operands)
    builder.values[index] = result
    primitives[index] = primitive
  }

  private func normalizationForward(
    _ operation: FusedOperation, _ normalization: BatchNormalization,
    _ source: OneDNNPassBuilder.Tensor, _ title: String
  ) {
    let node = graph.nodes[operation.node]
    let primitive = builder.required(
      library.batchNormalization(
        data: source.layout, epsilon: normalization.epsilon,
        scales: normalization.learnsScaleAndShift, relu: operation.rectified, training: training),
      title)
    let result = builder.tensor(source.layout)
    var operands: [(TensorRole, OneDNNPassBuilder.Operand)] = [
      (.source, .tensor(source)), (.result, .tensor(result)),
    ]
    operands += normalizationOperands(node, normalization)
    if training && operation.rectified {
      let workspace = builder.tensor(primitive.workspace)
      operands.append((.workspace, .tensor(workspace)))
      workspaces[operation.node] = workspace
    }
    builder.add(title, primitive, operands)
    builder.values[operation.output] = result
    primitives[operation.node] = primitive
  }

  /// Mean, variance, γ and β.
  private func normalizationOperands(
    _ node: NetworkGraph.Node, _ normalization: BatchNormalization
  ) -> [(TensorRole, OneDNNPassBuilder.Operand)] {
    let channels = node.shape.channels
    let statistics = training ? storage.batchStatistics : storage.statistics
    let first = node.statistics.lowerBound
    var operands: [(TensorRole, OneDNNPassBuilder.Operand)] = [
      (.mean, .fixed(.plain([channels]), statistics[first])),
      (.variance, .fixed(.plain([channels]), statistics[first + 1])),
    ]
    if normalization.learnsScaleAndShift {
      let block = storage.block(of: node.parameters.lowerBound)
      operands.append((.scaleAndShift, .fixed(.plain([2, channels]), block.values)))
    }
    return operands
  }

  private func dropoutForward(
    _ index: Int, _ dropout: Dropout, _ source: OneDNNPassBuilder.Tensor, _ title: String
  ) {
    let input = graph.nodes[index].inputs[0]
    if !training || dropout.rate == 0 {
      builder.values[index] = source
      return
    }
    let x = plain(source, of: input)
    let (mask, result) = (builder.tensor(x.layout), builder.tensor(x.layout))
    let (current, values) = (current, graph.nodes[index].shape.count * count)
    builder.add(title, using: [x, mask, result]) { places in
      let (x, y) = (places.floats(x), places.floats(result))
      let factors = UnsafeMutableBufferPointer(start: places.floats(mask), count: values)
      return {
        dropout.writeMask(to: factors, node: index, batch: current.batch)
        for i in 0..<values { y[i] = x[i] * factors[i] }
      }
    }
    workspaces[index] = mask
    builder.values[index] = result
  }

  // MARK: Backward

  private func backward(_ operation: FusedOperation) {
    let index = operation.node
    let node = graph.nodes[index]
    let wanted = graph.wantsInputGradient(node)
    guard !node.parameters.isEmpty || wanted, let gradient = builder.gradients[operation.output]
    else { return }
    let title = "\(node.title) backward"
    let input = node.inputs[0]
    switch node.operation {
    case .input: break
    case .dense(let dense): denseBackward(operation, dense, gradient, title)
    case .convolution(let convolution):
      convolutionBackward(operation, convolution, gradient, title)
    case .maxPooling(let pooling):
      poolingBackward(
        index, .max, PlacedWindow(pooling.window, on: graph.nodes[input].shape), gradient)
    case .averagePooling(let pooling):
      poolingBackward(
        index, .average, PlacedWindow(pooling.window, on: graph.nodes[input].shape), gradient)
    case .globalAveragePooling:
      poolingBackward(
        index, .average, PlacedWindow(covering: graph.nodes[input].shape),
        reshaped(gradient, [count, node.shape.count, 1, 1]))
    case .batchNormalization(let normalization):
      normalizationBackward(operation, normalization, gradient, title)
    case .localResponseNormalization(let normalization):
      responseNormalizationBackward(index, normalization, gradient, title)
    case .rectifier:
      builder.accumulate(
        rectified(gradient, by: builder.value(of: index), title), of: input)
    case .dropout(let dropout):
      guard training, dropout.rate != 0, let mask = workspaces[index] else {
        return builder.accumulate(gradient, of: input)
      }
      let slope = plain(gradient, of: index)
      let result = builder.tensor(slope.layout)
      let values = node.shape.count * count
      builder.add(title, using: [slope, mask, result]) { places in
        let (dy, dx, factors) = (
          places.floats(slope), places.floats(result), places.floats(mask)
        )
        return { for i in 0..<values { dx[i] = dy[i] * factors[i] } }
      }
      builder.accumulate(result, of: input)
    case .flatten:
      let sizes = builder.sizes(of: input)
      builder.accumulate(reshaped(plain(gradient, of: index), sizes), of: input)
    case .concatenation:
      let slope = viewable(gradient, of: index)
      var first = 0
      for part in node.inputs {
        let channels = graph.nodes[part].shape.channels
        if !graph.nodes[part].parameters.isEmpty || graph.wantsInputGradient(graph.nodes[part]) {
          copyChannels(first..<first + channels, of: slope, toGradientOf: part, title)
        }
        first += channels
      }
    }
  }

  /// A gradient in a layout of which the parts of a concatenation are views.
  private func viewable(
    _ gradient: OneDNNPassBuilder.Tensor, of index: Int
  ) -> OneDNNPassBuilder.Tensor {
    var first = 0
    for part in graph.nodes[index].inputs {
      let channels = graph.nodes[part].shape.channels
      if gradient.layout.channels(first..<first + channels) == nil {
        return plain(gradient, of: index)
      }
      first += channels
    }
    return gradient
  }

  /// The gradient before ReLU, in place.
  private func rectified(
    _ gradient: OneDNNPassBuilder.Tensor, by value: OneDNNPassBuilder.Tensor, _ title: String
  ) -> OneDNNPassBuilder.Tensor {
    let slope = builder.arranged(gradient, as: value.layout, title)
    let primitive = builder.required(
      library.rectifierGradient(data: value.layout, gradient: slope.layout), title)
    builder.add(
      "\(title) of ReLU", primitive,
      [
        (.result, .tensor(value)), (.resultGradient, .tensor(slope)),
        (.sourceGradient, .tensor(slope)),
      ])
    builder.forgetCopies(of: slope)
    return slope
  }

  private func copyChannels(
    _ range: Range<Int>, of gradient: OneDNNPassBuilder.Tensor, toGradientOf part: Int,
    _ title: String
  ) {
    guard let view = gradient.layout.channels(range) else { return }
    let result = builder.tensor(builder.value(of: part).layout)
    builder.add(
      title, builder.required(library.reorder(from: view, to: result.layout), title),
      [
        (.source, .tensor(OneDNNPassBuilder.Tensor(layout: view, buffer: gradient.buffer))),
        (.result, .tensor(result)),
      ])
    builder.accumulate(result, of: part)
  }

  private func denseBackward(
    _ operation: FusedOperation, _ dense: Dense, _ gradient: OneDNNPassBuilder.Tensor,
    _ title: String
  ) {
    let node = graph.nodes[operation.node]
    let input = node.inputs[0]
    let (inputs, outputs) = (graph.nodes[input].shape.count, dense.outputs)
    let source = plain(builder.value(of: input), of: input)
    let value = builder.value(of: operation.output)
    let slope = builder.arranged(gradient, as: value.layout, title)
    let weights = storage.block(of: node.parameters.lowerBound)
    let biases = dense.hasBias ? storage.block(of: node.parameters.lowerBound + 1) : nil
    let wanted = graph.wantsInputGradient(node)
    let result = wanted ? builder.tensor(.plain([count, inputs])) : nil
    let (count, rectified, current) = (count, operation.rectified, current)
    builder.add(
      "\(title), sgemm", using: [source, value, slope] + (result.map { [$0] } ?? [])
    ) { places in
      let (x, y, dy) = (places.floats(source), places.floats(value), places.floats(slope))
      let dx = result.map { places.floats($0) }
      return {
        if rectified {
          for i in 0..<count * outputs { dy[i] = y[i] > 0 ? dy[i] : 0 }
        }
        OneDNN.product(
          dy, transposeA: true, x, rows: outputs, columns: inputs, inner: count,
          beta: current.momentum, to: weights.velocity)
        if let biases {
          let v = biases.velocity
          for i in 0..<outputs { v[i] *= current.momentum }
          for row in 0..<count { for i in 0..<outputs { v[i] += dy[row * outputs + i] } }
        }
        if let dx {
          OneDNN.product(
            dy, weights.values, rows: count, columns: inputs, inner: outputs, beta: 0, to: dx)
        }
      }
    }
    builder.forgetCopies(of: slope)
    if let result { builder.accumulate(result, of: input) }
  }

  private func convolutionBackward(
    _ operation: FusedOperation, _ convolution: Convolution,
    _ gradient: OneDNNPassBuilder.Tensor, _ title: String
  ) {
    let node = graph.nodes[operation.node]
    guard let forward = primitives[operation.node], let source = sources[operation.node] else {
      return
    }
    let input = graph.nodes[node.inputs[0]].shape
    let window = PlacedWindow(convolution.window, on: input)
    let slope =
      operation.rectified
      ? rectified(gradient, by: builder.value(of: operation.output), title) : gradient
    let filters = storage.block(of: node.parameters.lowerBound)
    let dimensions = graph.parameters[node.parameters.lowerBound].dimensions
    let stored = filters.layout ?? .plain(dimensions)

    let weightsGradient = builder.required(
      library.convolutionWeightsGradient(
        source: .any([count, input.channels, input.height, input.width]),
        weightsGradient: .any(dimensions),
        biasGradient: convolution.hasBias ? .plain([convolution.filters]) : nil,
        resultGradient: .any(builder.sizes(of: operation.node)), window: window, forward: forward),
      title)
    let computed: OneDNNPassBuilder.Operand =
      weightsGradient.weightsGradient == stored
      ? .fixed(stored, filters.gradient) : .tensor(builder.tensor(weightsGradient.weightsGradient))
    var operands: [(TensorRole, OneDNNPassBuilder.Operand)] = [
      (.source, .tensor(builder.arranged(source, as: weightsGradient.source, title))),
      (
        .resultGradient,
        .tensor(builder.arranged(slope, as: weightsGradient.resultGradient, title))
      ),
      (.weightsGradient, computed),
    ]
    if convolution.hasBias { operands.append((.biasGradient, bias(of: node, \.gradient))) }
    builder.add("\(title) of filters", weightsGradient, operands)
    if case .tensor(let tensor) = computed {
      builder.add(
        "\(title) filters' reorder",
        builder.required(library.reorder(from: tensor.layout, to: stored), title),
        [(.source, .tensor(tensor)), (.result, .fixed(stored, filters.gradient))])
    }

    guard graph.wantsInputGradient(node) else { return }
    let inputGradient = builder.required(
      library.convolutionInputGradient(
        sourceGradient: .any([count, input.channels, input.height, input.width]),
        weights: .any(dimensions), resultGradient: .any(builder.sizes(of: operation.node)),
        window: window, forward: forward), title)
    let arranged = builder.arranged(slope, as: inputGradient.resultGradient, title)
    let weights = arrangedFilters(filters, stored, as: inputGradient.weights, title)
    let result = builder.tensor(inputGradient.sourceGradient)
    builder.add(
      "\(title) of input", inputGradient,
      [
        (.resultGradient, .tensor(arranged)), (.weights, weights),
        (.sourceGradient, .tensor(result)),
      ])
    builder.accumulate(result, of: node.inputs[0])
  }

  private func poolingBackward(
    _ index: Int, _ kind: PoolingKind, _ window: PlacedWindow,
    _ gradient: OneDNNPassBuilder.Tensor
  ) {
    let title = "\(graph.nodes[index].title) backward"
    guard let forward = primitives[index] else { return }
    let primitive = builder.required(
      library.poolingGradient(
        kind, sourceGradient: forward.source, resultGradient: forward.result, window: window,
        forward: forward), title)
    let slope = builder.arranged(gradient, as: forward.result, title)
    let result = builder.tensor(forward.source)
    var operands: [(TensorRole, OneDNNPassBuilder.Operand)] = [
      (.resultGradient, .tensor(slope)), (.sourceGradient, .tensor(result)),
    ]
    if let workspace = workspaces[index] { operands.append((.workspace, .tensor(workspace))) }
    builder.add(title, primitive, operands)
    builder.accumulate(result, of: graph.nodes[index].inputs[0])
  }

  private func normalizationBackward(
    _ operation: FusedOperation, _ normalization: BatchNormalization,
    _ gradient: OneDNNPassBuilder.Tensor, _ title: String
  ) {
    let node = graph.nodes[operation.node]
    guard let forward = primitives[operation.node] else { return }
    let source = builder.value(of: node.inputs[0])
    let slope = builder.arranged(gradient, as: source.layout, title)
    let primitive = builder.required(
      library.batchNormalizationGradient(
        data: source.layout, epsilon: normalization.epsilon,
        scales: normalization.learnsScaleAndShift, relu: operation.rectified, forward: forward),
      title)
    let result = builder.tensor(source.layout)
    var operands: [(TensorRole, OneDNNPassBuilder.Operand)] = [
      (.source, .tensor(source)), (.resultGradient, .tensor(slope)),
      (.sourceGradient, .tensor(result)),
    ]
    operands += normalizationOperands(node, normalization)
    if normalization.learnsScaleAndShift {
      let block = storage.block(of: node.parameters.lowerBound)
      operands.append(
        (.scaleAndShiftGradient, .fixed(.plain([2, node.shape.channels]), block.gradient)))
    }
    if let workspace = workspaces[operation.node] {
      operands.append((.workspace, .tensor(workspace)))
    }
    builder.add(title, primitive, operands)
    builder.accumulate(result, of: node.inputs[0])
  }
}
