private import Datasets
import Experiments
private import Networks

extension ReproductionRecord {
  /// The title of every report of this record.
  var title: String {
    "Zhang et al. (2017), Understanding deep learning requires rethinking generalization: "
      + "the paper's numbers beside ours"
  }

  func cells(_ verdict: Verdict) -> [Cell] { cells.filter { $0.verdict == verdict } }

  /// What was run and what came out, in whole sentences.
  var summary: String {
    [whatWasRun, howItCompares, whatSGDDid].compactMap { $0 }.joined(separator: " ")
  }

  private var whatWasRun: String {
    let size =
      switch scale {
      case .quick:
        "at the quick scale, which stands for none of the paper's sizes: small sets, an MLP in "
          + "the place of larger networks"
      case .standard: "at the standard scale: the paper's sets, cut to a part"
      case .full: "at the full scale: the paper's sizes, but where the notes say otherwise"
      }
    let missed =
      missing.isEmpty
      ? "" : " \(plural(missing.count, "more cell")) had no run; they stand at the end."
    return
      "\(plural(runs.count, "run")) \(size)\(seeds == 1 ? "" : ", \(grouped(seeds)) seeds each")."
      + missed
  }

  private var howItCompares: String {
    let claims = cells.filter(\.isInWords)
    let borneOut = claims.count { $0.verdict == .agrees }
    let numbers = cells.filter { !$0.isInWords && $0.verdict != .notComparable }
    let agreeing = numbers.count { $0.verdict == .agrees }
    let remaining = cells(.notComparable).count
    let parts = [
      claims.isEmpty
        ? nil
        : "Of \(plural(claims.count, "claim")) of the paper that these runs bear on, "
          + "\(grouped(borneOut)) \(borneOut == 1 ? "holds" : "hold") here.",
      numbers.isEmpty
        ? "No number can be compared with a printed one."
        : "Of \(plural(numbers.count, "number")) that can be compared with a printed one, "
          + "\(grouped(agreeing)) \(agreeing == 1 ? "agrees" : "agree") and "
          + "\(grouped(numbers.count - agreeing)) "
          + "\(numbers.count - agreeing == 1 ? "differs" : "differ").",
      remaining == 0
        ? nil
        : "\(plural(remaining, numbers.isEmpty ? "number" : "more number")) \(remaining == 1 ? "is" : "are") not comparable; "
          + "the notes say why.",
    ]
    return parts.compactMap(\.self).joined(separator: " ")
  }

  private var whatSGDDid: String? {
    func training(_ corruption: Corruption) -> TrainingRecord? {
      lossCurves.first { $0.corruption == corruption.description }?.training
    }
    guard let random = training(.randomLabels), let truth = training(.none) else { return nil }
    let network = PaperModel(rawValue: random.model)?.title ?? random.model
    let chance = 1 - 1 / Double(max(1, random.sample.classes))
    let fitted =
      random.stepsToFit.map { steps in
        let factor = truth.stepsToFit.map {
          ", \(brief(Double(steps) / Double($0))) times as many as on true labels"
        }
        return "\(network) fits random labels after \(plural(steps, "step"))\(factor ?? "")"
      }
      ?? "\(network) reaches \(percent(random.trainAccuracy)) training accuracy on random "
      + "labels in \(plural(random.epochs, "epoch")), its mean loss not yet below "
      + "\(brief(random.configuration.fittedLoss)) nats"
    return "\(fitted), and then errs on \(percent(1 - random.testAccuracy)) of the test images "
      + "(chance: \(percent(chance)); trained on true labels: \(percent(1 - truth.testAccuracy)))."
  }

  /// What identifies the reproduction: names and values.
  var identity: [(name: String, value: String)] {
    [
      ("scale", scale.rawValue), ("seeds", "\(seeds)"),
      ("data", dataCaveats.keys.sorted().joined(separator: ", ")),
      ("runs", "\(grouped(runs.count)), \(inSeconds(runSeconds)) s together"),
      ("threads", "\(environment.threads), \(environment.numericalLibrary)"),
    ]
  }

  /// Seconds of all runs, one after the other.
  private var runSeconds: Double { runs.reduce(0) { $0 + ($1.seconds ?? 0) } }
}

/// A count with its noun: `1 step`, `2,000 steps`.
func plural(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}
