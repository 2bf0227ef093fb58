internal import LinearAlgebra

/// The way from the images to the logits.
extension OneDNNPlanner {
  /// Notes the computations of one operation's way forward.
  func forward(_ operation: FusedOperation) {
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
        OpenMP.inParallel(count: count, threads: count * outputs < 1 << 14 ? 1 : threads) {
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

  func bias(
    of node: NetworkGraph.Node, _ array: KeyPath<ParameterBlock, UnsafeMutablePointer<Float>>
  ) -> OneDNNPassBuilder.Operand {
    let parameter = node.parameters.lowerBound + 1
    return .fixed(
      .plain(graph.parameters[parameter].dimensions),
      storage.block(of: parameter)[keyPath: array])
  }

  /// Filters in the layout that a primitive wants, copied in each pass if it is another one.
  func arrangedFilters(
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
  func normalizationOperands(
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
}
