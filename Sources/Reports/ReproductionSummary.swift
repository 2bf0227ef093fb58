private import Datasets
import Experiments
private import Networks

extension ReproductionRecord {
  /// The title of every report of this record.
  var title: String {
    "Zhang et al. (2017), Understanding deep learning requires rethinking generalization: "
      + "measured on \(sample.data)"
  }

  func cells(_ verdict: Verdict) -> [Cell] { cells.filter { $0.verdict == verdict } }

  /// What was run and what came out, in whole sentences.
  var summary: String {
    [whatWasRun, howItCompares, whatSGDDid].compactMap { $0 }.joined(separator: " ")
  }

  private var whatWasRun: String {
    "The four learners were fitted to \(grouped(sample.samples)) training images of \(sample.data) "
      + "(\(sample.shape), d = \(grouped(sample.dimension)), \(grouped(sample.classes)) classes) "
      + "with true and with random labels, and \(plan.model.title) was trained by SGD for at most "
      + "\(plural(plan.epochs, "epoch")) in each setting of the paper; errors are measured on "
      + "\(plural(sample.testSamples, "test image"))."
  }

  private var howItCompares: String {
    let agreeing = cells(.agrees).count
    let comparable = agreeing + cells(.differs).count
    let remaining = cells(.notComparable).count
    let first =
      comparable == 0
      ? "No value can be compared with the paper's."
      : "Of \(plural(comparable, "value")) that can be compared with the paper's, "
        + "\(grouped(agreeing)) \(agreeing == 1 ? "agrees" : "agree") and "
        + "\(grouped(comparable - agreeing)) \(comparable - agreeing == 1 ? "differs" : "differ")."
    let second =
      remaining == 0
      ? nil
      : "\(plural(remaining, "more value")) \(remaining == 1 ? "is" : "are") not comparable, "
        + "because the data, the sample size or the network is not the paper's."
    return [first, second].compactMap { $0 }.joined(separator: " ")
  }

  private var whatSGDDid: String? {
    func training(_ corruption: Corruption) -> TrainingRecord? {
      lossCurves.first { $0.corruption == corruption.description }?.training
    }
    guard let random = training(.randomLabels), let truth = training(.none) else { return nil }
    let chance = 1 - 1 / Double(max(1, sample.classes))
    let fitted =
      random.stepsToFit.map { steps in
        let factor = truth.stepsToFit.map {
          ", \(brief(Double(steps) / Double($0))) times as many as on true labels"
        }
        return
          "\(plan.model.title) fits random labels after \(plural(steps, "step"))\(factor ?? "")"
      }
      ?? "\(plan.model.title) reaches \(percent(random.trainAccuracy)) training accuracy on random "
      + "labels in \(plural(random.epochs, "epoch")), its mean loss not yet below "
      + "\(brief(random.configuration.fittedLoss)) nats"
    return "\(fitted), and then errs on \(percent(1 - random.testAccuracy)) of the test images "
      + "(chance: \(percent(chance)); trained on true labels: \(percent(1 - truth.testAccuracy)))."
  }

  /// What identifies the run: names and values.
  var identity: [(name: String, value: String)] {
    [
      (
        "data",
        "\(sample.data), \(sample.shape): n = \(grouped(sample.samples)) training and "
          + "\(plural(sample.testSamples, "test image")), d = \(grouped(sample.dimension)), "
          + "C = \(grouped(sample.classes))"
      ),
      ("SHA-256", "\(short(sample.sha256)) of the training images and true labels"),
      ("network", "\(plan.model.title), SGD for at most \(plural(plan.epochs, "epoch"))"),
      ("seed", "\(plan.seed)"),
      ("threads", "\(environment.threads), \(environment.numericalLibrary)"),
      ("time", "\(inSeconds(seconds)) s"),
    ]
  }
}

/// A count with its noun: `1 step`, `2,000 steps`.
func plural(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}
