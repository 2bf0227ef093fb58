public import Networks
private import RealModule

/// What bounds of a ReLU network's VC dimension look at: weights, layers, and where it bends.
///
/// A network of dense layers, convolutions, ReLU, pooling and batch normalisation is, in its weights
/// and for a fixed input, a polynomial of degree at most i after i layers, as long as no unit changes
/// sides. Signs are asked in stages: q_s polynomials of degree i_s in W_s weights for each sample.
/// Batch normalisation is taken to be part of the layer before it. Weights that are shared, as in
/// convolutions, count once.
public struct VCDimension: Sendable, Equatable {
  /// Signs that the network's form depends on, each given those before.
  public struct Stage: Sendable, Equatable {
    /// W_s: weights and biases of all layers up to here.
    public var weights: Double
    /// q_s: polynomials of a sample whose signs are asked.
    public var polynomials: Double
    /// i_s: their degree in the weights.
    public var degree: Double

    /// Creates a stage.
    public init(weights: Int, polynomials: Int, degree: Int) {
      self.weights = Double(weights)
      self.polynomials = Double(polynomials)
      self.degree = Double(degree)
    }
  }

  /// All stages but the answer's, in their order.
  public let stages: [Stage]
  /// W: all weights and biases.
  public let weights: Int
  /// L: layers with weights on the longest way from input to output.
  public let layers: Int
  /// The number of classes C.
  public let classes: Int
  /// Layers that are no piecewise polynomials and were left out, by title; empty where the bounds
  /// hold for the network as it is.
  public let leftOut: [String]

  /// Looks at a network.
  ///
  /// - Parameter graph: the network.
  public init(_ graph: NetworkGraph) {
    var depth = [Int](repeating: 0, count: graph.nodes.count)
    var weightsByDepth = [0]
    var bends: [(depth: Int, polynomials: Int)] = []
    var leftOut: [String] = []
    func add(_ weights: Int, _ index: Int) {
      depth[index] += 1
      while weightsByDepth.count <= depth[index] { weightsByDepth.append(0) }
      weightsByDepth[depth[index]] += weights
    }
    for (index, node) in graph.nodes.enumerated() {
      depth[index] = node.inputs.map { depth[$0] }.max() ?? 0
      switch node.operation {
      case .dense, .convolution: add(graph.parameterCount(of: node), index)
      case .batchNormalization:
        // Part of the layer before, where its shift is a bias; else a layer of its own.
        let before = graph.nodes[node.inputs[0]]
        if before.isAffine {
          if !before.hasBias { weightsByDepth[depth[index]] += node.shape.channels }
        } else {
          add(2 * node.shape.channels, index)
        }
      case .rectifier: bends.append((depth[index], node.shape.count))
      case .maxPooling(let pooling):
        let size = pooling.window.size * pooling.window.size
        bends.append((depth[index], node.shape.count * size * (size - 1) / 2))
      case .localResponseNormalization: leftOut.append(node.title)
      case .input, .averagePooling, .globalAveragePooling, .dropout, .flatten, .concatenation: break
      }
    }
    var upTo = weightsByDepth
    for i in upTo.indices.dropFirst() { upTo[i] += upTo[i - 1] }
    // Nodes of one depth ask for signs one after another; bends of the input have no weights.
    stages = bends.enumerated().sorted {
      ($0.element.depth, $0.offset) < ($1.element.depth, $1.offset)
    }
    .filter { $0.element.depth > 0 }
    .map {
      Stage(
        weights: upTo[$0.element.depth], polynomials: $0.element.polynomials,
        degree: $0.element.depth)
    }
    weights = upTo[upTo.count - 1]
    layers = upTo.count - 1
    classes = graph.classCount
    self.leftOut = leftOut
  }

  /// The stages with the sign of one output, or of the difference of two, at the end.
  private var binaryStages: [Stage] {
    stages + [Stage(weights: weights, polynomials: 1, degree: layers)]
  }

  /// log₂ of the most sign patterns that n samples can have.
  ///
  /// Each stage splits every region of weights by M = n q polynomials of degree i in W weights, into
  /// at most 2 (2 e M i / W)^W parts for M ≥ W, and never into more than 2^M.
  ///
  /// Source: Bartlett, Harvey, Liaw, Mehrabian, "Nearly-tight VC-dimension and pseudodimension bounds
  /// for piecewise linear neural networks" (JMLR 20, 2019), proof of Theorem 7; the lemma is Anthony,
  /// Bartlett, "Neural Network Learning" (1999), Theorem 8.3.
  private func binaryLogGrowth(_ stages: [Stage], samples n: Double) -> Double {
    stages.reduce(0) { sum, stage in
      let m = n * stage.polynomials
      if m < stage.weights || stage.weights == 0 { return sum + m }
      let parts =
        1 + stage.weights * Double.log2(2 * Double.exp(1) * m * stage.degree / stage.weights)
      return sum + min(m, parts)
    }
  }

  /// The largest n that the count of sign patterns allows to be shattered by one output's sign.
  ///
  /// The largest n with n ≤ log₂ of the count. By the same proof as ``closedFormUpperBound``, whose
  /// last step is not taken, and so never larger than it.
  ///
  /// Source: Bartlett et al. (2019), proof of Theorem 7.
  public var upperBound: Double {
    let stages = binaryStages
    var (low, high) = (0.0, 1.0)
    while binaryLogGrowth(stages, samples: high) >= high { high *= 2 }
    // The count is a sum of concave functions of n from here on: there is one crossing.
    low = high / 2
    while high - low > 0.5 {
      let middle = ((low + high) / 2).rounded(.down)
      if middle <= low { break }
      if binaryLogGrowth(stages, samples: middle) >= middle { low = middle } else { high = middle }
    }
    return low
  }

  /// S + Σ_s W_s · log₂(4 e r log₂(2 e r)) with r = Σ_s i_s q_s over the S stages.
  ///
  /// For a chain of dense layers with ReLU these are the L + L̄ W log₂(4 e r log₂(2 e r)) of the
  /// theorem, r = Σ_i i k_i with k_i units in layer i and L̄ W = Σ_i W_i.
  ///
  /// Source: Bartlett et al. (2019), Theorem 7 with d = 1 and p = 1.
  public var closedFormUpperBound: Double {
    let stages = binaryStages
    let r = stages.reduce(0) { $0 + $1.degree * $1.polynomials }
    let e = Double.exp(1)
    let total = stages.reduce(0) { $0 + $1.weights }
    return Double(stages.count) + total * Double.log2(4 * e * r * Double.log2(2 * e * r))
  }

  /// ln of the most ways in which the network can label n samples with its C classes.
  ///
  /// The signs of all C (C - 1) / 2 differences of two outputs say which is the largest.
  ///
  /// - Parameter n: the sample size.
  /// - Returns: a bound of the logarithm, for ``GeneralizationBound/growth(empirical:logGrowth:samples:delta:)``.
  public func logGrowth(samples n: Int) -> Double {
    let last = Stage(
      weights: weights, polynomials: max(1, classes * (classes - 1) / 2), degree: layers)
    return min(
      Double(n) * Double.log(Double(max(2, classes))),
      binaryLogGrowth(stages + [last], samples: Double(n)) * Double.log(2))
  }

  /// How many samples some ReLU network with at most W weights and L layers shatters.
  ///
  /// The better of two constructions. For L ≥ 2, Theorem 1 of Zhang et al. shatters n samples in d
  /// dimensions with 2n + d weights. For L ≥ 8, bit extraction shatters m n samples by a network of
  /// 3 + 5k layers and 2 + n + 4m + k((11 + r) 2ʳ + 2r + 2) weights, k = ⌈n / r⌉; the best r, m and n
  /// are found here, so that its constant is no mere O(.).
  ///
  /// - Parameters:
  ///   - weights: W.
  ///   - layers: L.
  ///   - inputs: d.
  /// - Returns: the number of samples; 0 where neither network fits.
  ///
  /// Source: Zhang et al. (2017), Theorem 1; Bartlett et al. (2019), section 2, the construction
  /// behind Theorem 3.
  public static func lowerBound(weights: Int, layers: Int, inputs: Int) -> Double {
    var best = layers >= 2 ? Double(max(0, (weights - inputs) / 2)) : 0
    if layers < 8 { return best }
    let mostBlocks = (layers - 3) / 5
    for r in 1...40 {
      for k in 1...mostBlocks {
        // All n up to k r want the same blocks; m takes what is left.
        let blocks = k * ((11 + r) << r + 2 * r + 2)
        let left = weights - 2 - blocks
        // m n = n (left - n) / 4 is largest at left / 2.
        let n = min(k * r, left / 2)
        if n < 1 || left - n < 4 { break }
        best = max(best, Double((left - n) / 4) * Double(n))
      }
    }
    return best
  }
}

extension NetworkGraph.Node {
  /// Whether this is a dense layer or a convolution.
  var isAffine: Bool {
    switch operation {
    case .dense, .convolution: true
    default: false
    }
  }

  /// Whether this is a dense layer or a convolution with a bias.
  var hasBias: Bool {
    switch operation {
    case .dense(let dense): dense.hasBias
    case .convolution(let convolution): convolution.hasBias
    default: false
    }
  }
}
