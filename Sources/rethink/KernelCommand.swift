import ArgumentParser
import Foundation
import Rethinking

struct KernelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Fit kernel regression to one-hot labels, exactly or by iteration.",
    discussion: """
      Section 5 of the paper: K alpha = y on pixels / 255, without a ridge unless asked for. The \
      exact solver factors K by Cholesky, panel by panel: in double precision, in single, or in \
      single with refinement until the residual in double is small (mixed). Where K is too large, \
      preconditioned conjugate gradients take its place. The memory is planned before and refused \
      with the numbers where it is not there. The exit status is 1 where the equations are not met: \
      LAPACK's test ratio exceeds 30 and the residual its tolerance, or an iteration ended otherwise.

      Kernels: gaussian[:GAMMA], laplacian[:GAMMA], matern12|32|52[:LENGTH], linear, \
      polynomial:DEGREE[:GAMMA[:CONSTANT]], power:DEGREE, arccosine:ORDER[:DEPTH], \
      nngp:DEPTH[:WEIGHTVARIANCE[:BIASVARIANCE]], ntk: the same. A scale left out is the median \
      distance of the images, or what --select-scale finds.
      """)

  @OptionGroup var data: DataOptions

  @OptionGroup var options: KernelOptions

  @Flag(help: "Measure the leave-one-out error, for as much work as the factorisation.")
  var leaveOneOut = false

  @Option(
    help: """
      How a scale left open is found: median, the median distance of the images; leave-one-out, of \
      seven around it the one with the least leave-one-out error on some of them.
      """)
  var selectScale = ScaleSelection.median

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most images that --select-scale leave-one-out uses.", valueName: "m"))
  var selectionSamples: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Training images at the end that the iterative solver holds out, to stop by their squared error.",
      valueName: "m"))
  var validation = 0

  @Option(
    help: ArgumentHelp(
      "Keep the exact solver's factor in this folder, panel by panel: an interrupted run goes on "
        + "there, and other labels of the same images are solved for with it.",
      valueName: "folder"))
  var factor: String?

  func validate() throws {
    if selectScale == .leaveOneOut && (options.gamma != nil || !options.kernel.hasOpenScale) {
      throw ValidationError(
        "--select-scale: the kernel has its scale; leave it out, as in gaussian")
    }
    if let selectionSamples {
      try check(
        "--selection-samples", Double(selectionSamples), "at least 2", selectionSamples >= 2)
      if selectScale != .leaveOneOut {
        throw ValidationError("--selection-samples: belongs to --select-scale leave-one-out")
      }
    }
    try check("--validation", Double(validation), "zero or more", validation >= 0)
    if !options.solver.iterates && validation > 0 {
      throw ValidationError("--validation: belongs to --solver iterative or eigenpro")
    }
    if options.solver != .exact && leaveOneOut {
      throw ValidationError("--leave-one-out: belongs to --solver exact")
    }
    if factor != nil && (options.solver != .exact || options.storage != .panels) {
      throw ValidationError("--factor: belongs to --solver exact with --storage panels")
    }
    if factor != nil && selectScale == .leaveOneOut {
      throw ValidationError(
        "--select-scale: a kept factor has one scale; choose it without --factor, then give it")
    }
  }

  func run() async throws {
    let sample = try data.sample()
    let session = try Session(data.run)
    let configuration = options.configuration(
      validationSamples: validation, leavesOneOut: leaveOneOut, scaleSelection: selectScale,
      selectionSamples: selectionSamples ?? 2000, seed: data.run.seed)
    guard validation < sample.train.count else {
      throw Failure(
        status: .wrongUsage,
        message:
          "--validation \(validation): there are \(sample.train.count) images; hold out fewer")
    }
    if let plan = planKernel([sample], configuration: configuration).plan, !data.run.quiet {
      session.remark(memoryLine(plan))
    }
    let prepared = try factor.map {
      try keptFactor(in: $0, of: sample, configuration, session)
    }
    let record = try fitKernel([sample], configuration: configuration, factor: prepared) {
      session.progress.show($0)
    }[0]
    let result = RunResult(record, seed: data.run.seed)
    try session.save(sample)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
    try session.require(
      record.isSound(configuration),
      unsoundness(record, configuration: configuration))
  }
}

extension KernelCommand {
  /// The factor of a folder, finished there; Ctrl-C and kill end it between two panels.
  private func keptFactor(
    in path: String, of sample: CorruptedSample, _ configuration: KernelConfiguration,
    _ session: Session
  ) throws -> PreparedFactor {
    let folder = FactorFolder(path)
    let resumed = try folder.resume(
      beginKernelFactorization([sample], configuration: configuration))
    if let damaged = resumed.damaged { session.remark("\(damaged); it is made again") }
    let count = resumed.factorization.panelCount
    if resumed.panels > 0 && !data.run.quiet {
      session.remark("\(path): resumed at panel \(resumed.panels) of \(count)")
    }
    let watch = InterruptionWatch()
    defer { watch.stop() }
    let finished = try folder.finish(resumed, shouldStop: { watch.isRequested }) { made in
      session.progress.show(
        ExperimentProgress(
          fraction: made.share,
          activity: "factoring the Gram matrix, panel \(made.finishedPanels) of \(count)"))
    }
    return PreparedFactor(
      finished.factorization, gramSeconds: finished.gramSeconds,
      factorSeconds: finished.factorSeconds)
  }
}

/// The memory that a fit may plan for: this machine's.
var physicalMemory: Int { Int(ProcessInfo.processInfo.physicalMemory) }
