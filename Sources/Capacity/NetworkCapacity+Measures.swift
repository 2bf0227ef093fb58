internal import LinearAlgebra
internal import Networks
private import RealModule

/// Gathers the measures of a network.
struct Assembly<Engine: NetworkEngine<Float>> {
  let engine: Engine
  let start: NetworkParameters<Float>
  let folded: FoldedNetwork
  let layers: [LayerNorms]
  let margins: Margins
  let inputs: InputNorms
  let options: NetworkCapacityOptions
  let loss: Loss
  /// The share of wrong answers on the sample.
  let error: Double
  private(set) var measures: [CapacityMeasure] = []

  private var n: Int { margins.count }
  private var classes: Int { engine.graph.classCount }
  private var delta: Double { 1 - options.confidence }
  private var trivial: Double { CapacityMeasure.guessingError(classes: classes) }
  private var meaning: String {
    "error on new samples, confidence \(options.confidence)"
  }

  init(
    engine: Engine, start: NetworkParameters<Float>, folded: FoldedNetwork, layers: [LayerNorms],
    margins: Margins, inputs: InputNorms, options: NetworkCapacityOptions, loss: Loss, error: Double
  ) {
    self.engine = engine
    self.start = start
    self.folded = folded
    self.layers = layers
    self.margins = margins
    self.inputs = inputs
    self.options = options
    self.loss = loss
    self.error = error
  }

  private mutating func add(
    _ name: String, _ value: Double, bound: Double? = nil, reference: String, note: String? = nil
  ) {
    measures.append(
      CapacityMeasure(
        name, value, bound: bound, meaning: meaning, trivial: trivial, reference: reference,
        note: note))
  }

  /// Parameters and VC dimension.
  mutating func addCounts() {
    let graph = engine.graph
    let dimension = VCDimension(graph)
    let left =
      dimension.leftOut.isEmpty
      ? nil : "of the network without \(dimension.leftOut.joined(separator: ", "))"
    add(
      "parameters / samples",
      Double(graph.parameterCount + graph.normalizationParameterCount) / Double(n),
      reference: "Zhang et al. (2017), section 2.2")
    add(
      "VC dimension, upper bound", dimension.upperBound,
      bound: dimension.leftOut.isEmpty
        ? GeneralizationBound.growth(
          empirical: error, logGrowth: dimension.logGrowth(samples: n), samples: n, delta: delta)
        : nil,
      reference: "Bartlett, Harvey, Liaw, Mehrabian (2019), Theorem 7; Mohri et al., Corollary 3.9",
      note: left ?? "the value is of one output's sign, the bound of the answers among all classes")
  }

  /// Margins as they are and normalised.
  mutating func addMargins() {
    for (name, share) in [
      ("smallest margin", 0), ("margin, 10 % quantile", 0.1), ("median margin", 0.5),
    ] {
      add(name, margins.quantile(share), reference: "Bartlett (1998)")
    }
    let product = layers.reduce(1) { $0 * $1.spectral.value }
    add(
      "median margin / product of spectral norms", margins.quantile(0.5) / product,
      reference: "Bartlett, Foster, Telgarsky (2017), section 2")
  }

  /// Norms of layers and paths with their bounds.
  mutating func addNorms() {
    let trained = engine.parameters
    add("Frobenius norm of the parameters", trained.norm, reference: "Neyshabur et al. (2015)")
    add(
      "distance to initialisation", trained.distance(to: start),
      reference: "Nagarajan, Kolter (2017)")
    add(
      "product of Frobenius norms", layers.reduce(1) { $0 * $1.frobenius },
      reference: "Neyshabur, Tomioka, Srebro (2015)")
    add(
      "product of spectral norms", layers.reduce(1) { $0 * $1.spectral.value },
      reference: "Bartlett, Foster, Telgarsky (2017)",
      note: layers.map { $0.spectral.residual / max($0.spectral.value, .leastNormalMagnitude) }
        .max()
        .map { "largest relative residual \(threeDigits($0))" })
    add(
      "sum of stable ranks", layers.reduce(0) { $0 + $1.stableRank },
      reference: "Neyshabur, Bhojanapalli, Srebro (2018)")
    do throws(NotAChain) {
      try addChainBounds()
    } catch {
      if let path = PathNorm(folded, exponent: 1) {
        add(
          "path norm", path.value, reference: "Neyshabur, Tomioka, Srebro (2015), section 4",
          note: "no bound: \(error.description)")
      }
    }
  }

  private mutating func addChainBounds() throws(NotAChain) {
    let chain = try NetworkChain(folded)
    let measured = ChainMeasures(
      chain, start: try NetworkChain(FoldedNetwork(engine.graph, start)),
      tolerance: options.spectralTolerance, maximalSteps: options.spectralSteps)
    if let path = PathNorm(folded, exponent: 1) {
      add(
        "path norm", path.value,
        bound: chain.isPlain
          ? path.marginBound(
            margins: margins, largestColumnNorm: inputs.largestColumn,
            inputs: folded.graph.input.count, layers: chain.depth, hasBias: chain.isAugmented,
            delta: delta)?.value : nil,
        reference: "Neyshabur, Tomioka, Srebro (2015), Theorem 1 with p = 1 and q = infinity",
        note: chain.isPlain ? nil : "no bound: the theorem knows no pooling")
    }
    if let path = PathNorm(folded, exponent: 2) {
      add("path norm, p = 2", path.value, reference: "Neyshabur, Salakhutdinov, Srebro (2015)")
    }
    for (peeling, name, reference) in [
      (
        Peeling.exponential, "group norm of the augmented layers",
        "Neyshabur, Tomioka, Srebro (2015), Theorem 1 with p = q = 2"
      ),
      (
        .logarithmic, "Frobenius product of the augmented layers",
        "Golowich, Rakhlin, Shamir (2018), Theorem 1"
      ),
    ] {
      add(
        name, measured.frobeniusProduct,
        bound: measured.frobeniusMarginBound(
          peeling, margins: margins, inputNorm: inputs.all, classes: classes, delta: delta)?.value,
        reference: reference, note: chain.isPlain ? nil : "no bound: the theorem knows no pooling")
    }
    add(
      "spectral complexity", measured.spectralComplexity,
      bound: measured.spectralMarginBound(margins: margins, inputNorm: inputs.all, delta: delta)
        .value,
      reference: "Bartlett, Foster, Telgarsky (2017), Theorem 1.1")
  }

  /// PAC-Bayes and sharpness.
  mutating func addPerturbations(_ source: some BatchSource<Float>) {
    if n >= 8 {
      let all = GaussianPerturbation.all(
        around: engine, start: start, source: source, loss: loss, draws: options.perturbations,
        delta: delta, seed: options.seed)
      let isCovered = engine.graph.statistics.isEmpty
      // The largest noise that costs at most a tenth; the smallest where all costs more.
      let tolerated = all.last { $0.error <= error + 0.1 } ?? all[0]
      let best = all.map(\.bound).min()
      add(
        "PAC-Bayes divergence / samples", tolerated.divergence / Double(n),
        bound: isCovered ? best : nil,
        reference: "McAllester (1999); Maurer (2004), Theorem 5; Langford, Seeger (2001)",
        note: "at the tolerated noise; "
          + (isCovered
            ? "bound of the mean error of perturbed networks, at the best noise"
            : "no bound: running statistics depend on the sample"))
      add(
        "inverse variance of tolerated noise", 1 / tolerated.variance,
        reference: "Jiang et al. (2020), PAC-Bayes sharpness",
        note: "the largest variance tried whose mean error is at most 0.1 above the network's")
    }
    let sharpness = Sharpness(
      of: engine, source: source, loss: loss, reach: options.sharpnessReach)
    add(
      "sharpness", sharpness.value, reference: "Keskar et al. (2017), Metric 2.1",
      note: "a lower bound, by gradient ascent in a box of \(options.sharpnessReach) (|w| + 1)")
  }
}
