import Foundation
import Rethinking

/// How far a training is, in words for the terminal.
struct TrainingMeter {
  private let started = Date()
  private let firstStep: Int

  /// Starts to measure.
  init(_ run: TrainingRun) { firstStep = run.steps }

  /// Epoch, loss, accuracy, speed and the time left.
  func progress(of run: TrainingRun) -> ExperimentProgress {
    let (progress, plan) = (run.progress, run.plan.configuration)
    let count = run.sample.train.count
    let total = max(1, plan.epochs * run.stepsPerEpoch)
    let passed = Date().timeIntervalSince(started)
    let rate = Double(run.steps - firstStep) / max(passed, 1e-9)
    var words = ["epoch \(min(progress.epoch + 1, plan.epochs)) of \(plan.epochs)"]
    let seen = min(progress.step * plan.batchSize, count)
    if seen > 0 {
      words.append("loss \(brief(progress.lossSum / Double(seen)))")
      words.append("accuracy \(percent(Double(progress.correct) / Double(seen)))")
    } else if let last = progress.history.last {
      words.append("loss \(brief(last.loss))")
      words.append("accuracy \(percent(last.runningAccuracy))")
    }
    if rate > 0 {
      let images = rate * Double(count) / Double(max(1, run.stepsPerEpoch))
      words.append("\(Int(images.rounded())) images/s")
      words.append("\(duration(Double(total - run.steps) / rate)) left")
    }
    return ExperimentProgress(
      fraction: Double(run.steps) / Double(total), activity: words.joined(separator: ", "))
  }
}

private func percent(_ share: Double) -> String {
  "\((share * 1000).rounded() / 10) %"
}

/// Such as 45 s, 12 min or 3 h 20 min.
private func duration(_ seconds: Double) -> String {
  guard seconds < 1e9 else { return "long" }
  let minutes = Int((seconds / 60).rounded())
  if seconds < 90 { return "\(Int(seconds.rounded(.up))) s" }
  return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
}
