/// Local response normalisation, by oneDNN or by our own code.
extension OneDNNPlanner {
  /// By oneDNN with channels last, where its code for that is a fast one; otherwise by our own.
  func responseNormalizationForward(
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

  /// As the forward part was computed.
  func responseNormalizationBackward(
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
}
