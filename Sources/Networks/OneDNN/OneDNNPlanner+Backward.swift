/// The way from the loss to the gradients of all parameters.
extension OneDNNPlanner {
  /// Notes the computations of one operation's gradients.
  func backward(_ operation: FusedOperation) {
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
    case .concatenation: concatenationBackward(index, gradient, title)
    }
  }

  /// Copies the channels of each part, from the gradient where it lies if its blocks allow that.
  private func concatenationBackward(
    _ index: Int, _ gradient: OneDNNPassBuilder.Tensor, _ title: String
  ) {
    let parts = graph.nodes[index].inputs
    var first = 0
    let ranges = parts.map { part in
      defer { first += graph.nodes[part].shape.channels }
      return first..<first + graph.nodes[part].shape.channels
    }
    let isViewable = ranges.allSatisfy { gradient.layout.channels($0) != nil }
    let slope = isViewable ? gradient : plain(gradient, of: index)
    for (part, range) in zip(parts, ranges)
    where !graph.nodes[part].parameters.isEmpty || graph.wantsInputGradient(graph.nodes[part]) {
      guard let view = slope.layout.channels(range) else {
        preconditionFailure("channels in plain order are a view")
      }
      let result = builder.tensor(builder.value(of: part).layout)
      builder.add(
        title, builder.required(library.reorder(from: view, to: result.layout), title),
        [
          (.source, .tensor(OneDNNPassBuilder.Tensor(layout: view, buffer: slope.buffer))),
          (.result, .tensor(result)),
        ])
      builder.accumulate(result, of: part)
    }
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
