import ArgumentParser
import Rethinking

struct LinearCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linear",
    abstract: "Fit a linear map to one-hot labels: minimum norm, ridge, or gradient descent.",
    discussion: """
      Section 5 of the paper: with n <= d any labels are fitted, and descent from zero ends at the \
      solution of least norm. Inputs are pixels / 255. Every method is measured by its distance to \
      the minimum-norm solution by singular values.
      """)

  enum Method: String, CaseIterable, ExpressibleByArgument {
    case svd, gram, ridge, descent
  }

  @OptionGroup var data: DataOptions

  @Option(
    help: """
      svd: minimum norm by singular values; gram: by X X^T alpha = y (n <= d); ridge: with \
      --ridge; descent: gradient descent from zero.
      """)
  var method: Method = .svd

  @Option(parsing: .unconditional, help: "lambda of |XW - Y|^2 + lambda |W|^2, for --method ridge.")
  var ridge = 1.0

  @Option(parsing: .unconditional, help: "Steps of --method descent.")
  var steps = 1000

  func validate() throws {
    try check("--ridge", ridge, "a positive number", ridge > 0)
    try check("--steps", Double(steps), "at least 1", steps >= 1)
  }

  func run() async throws {
    let sample = try data.sample()
    let session = try Session(data.run)
    let choice: LinearChoice =
      switch method {
      case .svd: .singularValues
      case .gram: .gram
      case .ridge: .ridge(ridge)
      case .descent: .descent(steps: steps)
      }
    let record = try fitLinear([sample], by: choice)[0]
    let result = RunResult(record, seed: data.run.seed)
    try session.save(sample)
    try await session.write(result, configuration: ["method": record.method])
    try session.print(json: jsonText(result), text: terminalReport(record))
    if let ratio = record.testRatio {
      try session.require(
        ratio <= soundTestRatio, "LAPACK's test ratio \(brief(ratio)) exceeds \(soundTestRatio)")
    }
  }
}
