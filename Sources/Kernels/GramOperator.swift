import LinearAlgebra

/// The product with K + λI in `Float`, its panels kept or made anew each time.
struct GramOperator<K: Kernel> {
  private let kernel: K
  private let inputs: KernelInputs<Float>
  private let ridge: Float
  private let panels: [Matrix<Float>]
  private let width = KernelBlocks.panelWidth

  init(
    _ kernel: K, samples: Matrix<Float>, ridge: Double, keepsPanels: Bool,
    progress: (Double) -> Void = { _ in }
  ) {
    self.kernel = kernel
    self.ridge = Float(ridge)
    let inputs = KernelInputs(samples)
    self.inputs = inputs
    var panels: [Matrix<Float>] = []
    if keepsPanels {
      for first in stride(from: 0, to: samples.rows, by: KernelBlocks.panelWidth) {
        let columns = first..<min(first + KernelBlocks.panelWidth, samples.rows)
        panels.append(kernel.gramPanel(inputs, columns: columns))
        let rest = Double(samples.rows - columns.upperBound) / Double(samples.rows)
        progress(1 - rest * rest)
      }
    }
    self.panels = panels
  }

  func times(_ other: Matrix<Float>) -> Matrix<Float> {
    if panels.isEmpty { return kernel.gramProduct(inputs, other, ridge: ridge) }
    var result = Matrix<Float>(rows: inputs.samples.rows, columns: other.columns)
    for (index, panel) in panels.enumerated() {
      result.addProduct(ofSymmetricPanel: panel, from: index * width, other)
    }
    if ridge > 0 { result.add(other, scaledBy: ridge) }
    return result
  }
}
