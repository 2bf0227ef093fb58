private import LinearAlgebra

extension ReLUNetwork {
  /// A feed-forward network of depth k that is the same function as a two-layer interpolant.
  ///
  /// For k = 2 the hidden layer is the interpolant's, with the direction repeated in each row. For
  /// k ≥ 3 the n hinges are dealt out in order to the hidden layers 2 … k - 1, at most ⌈n / (k - 2)⌉
  /// to each:
  ///
  /// - hidden layer 1 holds p⁺ = max(⟨a, z⟩, 0) and p⁻ = max(-⟨a, z⟩, 0);
  /// - hidden layers 2 … k - 1 hold a block of hinges h_j = max(p⁺ - p⁻ - b_j, 0);
  /// - all of these but the last hand p⁺ and p⁻ on;
  /// - from hidden layer 3 on, each output has s⁺ = max(t, 0) and s⁻ = max(-t, 0), where t is
  ///   s⁺ - s⁻ of the layer before plus Σ w_j h_j over its block;
  /// - an output is s⁺ - s⁻ + Σ w_j h_j over the last block.
  ///
  /// Because max(t, 0) - max(-t, 0) = t, and what is carried is not negative, this is
  /// Σ_j w_j max(⟨a, z⟩ - b_j, 0) at every z, with the stored numbers as they are: not only at the
  /// samples and without a new rounding.
  ///
  /// Where k - 2 exceeds n, the hidden layers after the n-th have no hinge and only hand on what
  /// they get, so that the depth is k all the same. Sizes obey ``DepthBounds``.
  ///
  /// Source: Zhang et al. (2017), Corollary 1, which gives orders of magnitude and a multiplexer of
  /// intervals; running sums take its place here.
  ///
  /// - Parameters:
  ///   - interpolant: the two-layer network, d inputs, n hidden units, C outputs.
  ///   - depth: k, at least 2.
  /// - Complexity: O(n C + d + k C²) for k ≥ 3; O(n (d + C)) time and memory for k = 2.
  public init(deepening interpolant: ReLUInterpolant, depth: Int) {
    precondition(depth >= 2, "a network with hinges has at least two layers of weights")
    if depth == 2 {
      self.init(layers: interpolant.twoLayers)
      return
    }
    let hinges = interpolant.hinges(dealtTo: depth - 2)
    var layers = [interpolant.projectionLayer]
    for index in hinges.indices {
      layers.append(
        interpolant.hingeLayer(hinges, at: index, handsOnProjection: index + 1 < hinges.count))
    }
    self.init(layers: layers + [interpolant.sumLayer(hinges)])
  }
}

extension ReLUInterpolant {
  /// The hidden layer with a row of its own for each hinge, and the outputs.
  fileprivate var twoLayers: [ReLULayer] {
    let n = hiddenUnits
    let rows = Matrix<Double>(rows: n, columns: direction.count) { _, j in direction[j] }
    return [
      ReLULayer(
        inputs: direction.count, biases: thresholds.map { -$0 }, biasPurpose: .threshold,
        blocks: [ReLULayer.Block(.direction, firstUnit: 0, firstInput: 0, weights: rows)]),
      ReLULayer(
        inputs: n, biases: [Double](repeating: 0, count: outputs),
        blocks: [
          ReLULayer.Block(
            .outputWeight, firstUnit: 0, firstInput: 0, weights: outputWeights.transposed())
        ]),
    ]
  }

  /// The units of each hidden layer from the second on, as even as can be, larger ones first.
  fileprivate func hinges(dealtTo layers: Int) -> [Range<Int>] {
    let (share, rest) = (hiddenUnits / layers, hiddenUnits % layers)
    return (0..<layers).map { index in
      let first = index * share + min(index, rest)
      return first..<first + share + (index < rest ? 1 : 0)
    }
  }

  /// p⁺ and p⁻.
  fileprivate var projectionLayer: ReLULayer {
    ReLULayer(
      inputs: direction.count, biases: [0, 0],
      blocks: [
        ReLULayer.Block(
          .direction, firstUnit: 0, firstInput: 0,
          weights: Matrix(rows: 2, columns: direction.count) { i, j in
            i == 0 ? direction[j] : -direction[j]
          })
      ])
  }

  /// Units p⁺, p⁻ (if handed on), a block of hinges, s⁺ of each output, s⁻ of each output.
  fileprivate func hingeLayer(
    _ hinges: [Range<Int>], at index: Int, handsOnProjection: Bool
  ) -> ReLULayer {
    let block = hinges[index]
    let firstHinge = handsOnProjection ? 2 : 0
    let firstSum = firstHinge + block.count
    var blocks = [
      ReLULayer.Block(
        .readProjection, firstUnit: firstHinge, firstInput: 0,
        weights: Matrix(rows: block.count, columns: 2) { _, j in j == 0 ? 1 : -1 })
    ]
    if handsOnProjection {
      blocks.append(
        ReLULayer.Block(.carryProjection, firstUnit: 0, firstInput: 0, weights: .identity(2)))
    }
    // The first hinge layer has no sum to hand on.
    let sums = index > 0 ? 2 * outputs : 0
    if index > 0 {
      blocks += sumBlocks(
        after: index - 1, hinges, firstUnit: firstSum, firstHinge: 2, signs: [1, -1])
    }
    return ReLULayer(
      inputs: index == 0 ? 2 : 2 + hinges[index - 1].count + (index > 1 ? 2 * outputs : 0),
      biases: [Double](repeating: 0, count: firstHinge) + thresholds[block].map { -$0 }
        + [Double](repeating: 0, count: sums),
      biasPurpose: .threshold, blocks: blocks)
  }

  /// The outputs, s⁺ - s⁻ and the sum over the last block.
  fileprivate func sumLayer(_ hinges: [Range<Int>]) -> ReLULayer {
    let last = hinges.count - 1
    return ReLULayer(
      inputs: hinges[last].count + (last > 0 ? 2 * outputs : 0),
      biases: [Double](repeating: 0, count: outputs),
      blocks: sumBlocks(after: last, hinges, firstUnit: 0, firstHinge: 0, signs: [1]))
  }

  /// The weights that make up t, or t and -t, from the layer of hinges before.
  private func sumBlocks(
    after index: Int, _ hinges: [Range<Int>], firstUnit: Int, firstHinge: Int, signs: [Double]
  ) -> [ReLULayer.Block] {
    let (block, count) = (hinges[index], outputs)
    var blocks = [
      ReLULayer.Block(
        .outputWeight, firstUnit: firstUnit, firstInput: firstHinge,
        weights: Matrix(rows: signs.count * count, columns: block.count) { i, j in
          signs[i / count] * outputWeights[block.lowerBound + j, i % count]
        })
    ]
    if index > 0 {
      blocks.append(
        ReLULayer.Block(
          .carrySum, firstUnit: firstUnit, firstInput: firstHinge + block.count,
          weights: Matrix(rows: signs.count * count, columns: 2 * count) { i, j in
            i % count == j % count ? signs[i / count] * (j < count ? 1 : -1) : 0
          }))
    }
    return blocks
  }
}
