public import ArgumentParser
import Foundation
public import Rethinking

@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times what rethink does, beside what it cannot avoid or replaces.",
    subcommands: [Scale.self, Triangular.self, Fractions.self])
}

/// Options of all benchmarks.
struct Options: ParsableArguments {
  @Option(help: "How often each time is taken; the least counts.")
  var repetitions = 5

  @Option(help: "Names every draw.")
  var seed: UInt64 = 0

  @Option(help: "Threads of the numerical library and of our own loops; all cores by default.")
  var threads: Int?

  func validate() throws {
    if repetitions < 1 {
      throw ValidationError("--repetitions \(repetitions): at least 1 expected")
    }
    if let threads, threads < 1 {
      throw ValidationError("--threads \(threads): at least 1 expected")
    }
  }

  func apply() {
    ThreadCount.set(threads ?? ProcessInfo.processInfo.activeProcessorCount)
  }
}

struct Scale: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Build, sort, evaluate and certify, beside a bare read and a bare sort.")

  @OptionGroup var options: Options

  @Option(
    name: .customLong("case"),
    help: ArgumentHelp(
      "Samples, size and dimension, such as drawn:1000000:3072, stored:1000000:3072 or "
        + "reals:10000000:1; may be repeated.", valueName: "samples:n:d"))
  var cases: [ScaleCase] = ScaleCase.standard

  func run() throws {
    options.apply()
    let record = try studyScale(
      ScaleConfiguration(
        cases: cases, repetitions: options.repetitions, triangularSize: nil, seed: options.seed)
    ) { step in
      FileHandle.standardError.write(Data("\(Int(100 * step.fraction)) % \(step.activity)\n".utf8))
    }
    print(terminalReport(record))
  }
}

struct Triangular: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lemma 1's system by the recurrence and by LAPACK's dtrtrs (8 n² bytes).")

  @OptionGroup var options: Options

  @Option(help: "The number of points n, at most \(OutputWeightSolver.denseLimit).")
  var size = OutputWeightSolver.denseLimit

  func validate() throws {
    if !(1...OutputWeightSolver.denseLimit).contains(size) {
      throw ValidationError("--size \(size): 1 to \(OutputWeightSolver.denseLimit) expected")
    }
  }

  func run() throws {
    options.apply()
    let record = try studyScale(
      ScaleConfiguration(
        cases: [], repetitions: options.repetitions, triangularSize: size, seed: options.seed))
    print(terminalReport(record))
  }
}

struct Fractions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sums and products of exact fractions: long with short beside long with long.")

  @OptionGroup var options: Options

  @Option(help: "Bits of the numerator and of the denominator of a long fraction, about.")
  var bits = 25_000

  func validate() throws {
    if !(64...1_000_000).contains(bits) {
      throw ValidationError("--bits \(bits): 64 to 1000000 expected")
    }
  }

  func run() throws {
    options.apply()
    var stream = RandomStream(seed: options.seed, purpose: "long fractions")
    func long() -> Rational {
      (0..<(bits + 61) / 62).reduce(1) { product, _ in
        product
          * Rational(1 + stream.integer(below: 1 << 62), over: 1 + stream.integer(below: 1 << 62))
      }
    }
    let (first, second) = (long(), long())
    let short = Rational(22, over: 7)
    let (mixed, alike) = (milliseconds(first, short), milliseconds(first, second))
    print("a sum and a product of \(bits)-bit fractions, least of \(options.repetitions) runs")
    print(
      String(
        format: "long with short: %.3f ms; long with long: %.3f ms; ratio %.0f", mixed, alike,
        alike / mixed))
  }

  private func milliseconds(_ a: Rational, _ b: Rational) -> Double {
    let times = (0..<options.repetitions).map { _ in
      ContinuousClock().measure { precondition(a + b != a && a * b != a) }
    }
    return (times.min() ?? .zero) / .milliseconds(1)
  }
}

extension ScaleCase: @retroactive ExpressibleByArgument {
  /// Creates a case from its three parts, such as `drawn:1000000:3072`.
  ///
  /// - Parameter argument: samples, n and d, separated by colons.
  public init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let kinds: [String: Samples] = [
      "drawn": .drawnBytes, "stored": .storedBytes, "reals": .reals,
    ]
    guard parts.count == 3, let samples = kinds[parts[0]], let n = Int(parts[1]),
      let d = Int(parts[2]), n >= 1, n < 1 << 32, d >= 1
    else { return nil }
    self.init(samples, n: n, d: d)
  }
}
