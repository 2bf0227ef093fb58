import ArgumentParser
import Rethinking

// Values of the options of a training that hold more than one number.

extension Augmentation {
  /// Reads a list such as `flip,rotation:25`, or `none`.
  ///
  /// - Throws: `ValidationError` that names the word.
  init(option: String) throws {
    self = .none
    if option == "none" { return }
    var seen: Set<Substring> = []
    for item in option.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = item.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let name = parts[0]
      let amount = parts.count == 2 ? String(parts[1]) : nil
      guard seen.insert(name).inserted else {
        throw ValidationError("--augment \(option): \(name) stands there twice; name it once")
      }
      switch name {
      case "crop", "flip":
        if let amount {
          throw ValidationError("--augment \(name):\(amount): \(name) has no amount; leave it out")
        }
        if name == "crop" { randomCrop = true } else { flip = true }
      case "rotation": rotation = try Self.amount(amount, of: name, usual: 25, largest: 180)
      case "brightness": brightness = try Self.amount(amount, of: name, usual: 0.25, largest: 1)
      case "contrast": contrast = try Self.amount(amount, of: name, usual: 0.5, largest: 1)
      case "saturation": saturation = try Self.amount(amount, of: name, usual: 0.5, largest: 1)
      case "hue": hue = try Self.amount(amount, of: name, usual: 0.05, largest: 0.5)
      default:
        throw ValidationError(
          "--augment \(name): no alteration; crop, flip, rotation, brightness, contrast, "
            + "saturation, hue or none expected")
      }
    }
  }

  private static func amount(
    _ text: String?, of name: Substring, usual: Double, largest: Double
  ) throws -> Double {
    guard let text else { return usual }
    guard let amount = Double(text), amount > 0, amount <= largest else {
      throw ValidationError(
        "--augment \(name):\(text): a number above 0, at most \(brief(largest)), expected")
    }
    return amount
  }
}

extension StoppingRule {
  /// Reads a patience such as `10` or `10:training-loss`.
  ///
  /// - Throws: `ValidationError`.
  init(patience: String) throws {
    let parts = patience.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let measure = parts.count == 2 ? Measure(rawValue: String(parts[1])) : .testAccuracy
    guard let epochs = Int(parts[0]), epochs >= 1, let measure else {
      throw ValidationError(
        "--patience \(patience): a number of epochs, at least 1, expected, or such a number with "
          + ":training-loss or :test-accuracy")
    }
    self = .patience(epochs: epochs, measure)
  }
}

extension DivergenceRule {
  /// Reads a rule such as `10:1.25`; nil for `none`.
  ///
  /// - Throws: `ValidationError`.
  static func optional(option: String) throws -> DivergenceRule? {
    if option == "none" { return nil }
    let parts = option.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let epochs = Int(parts[0]), epochs >= 1, let factor = Double(parts[1]),
      factor.isFinite, factor >= 1
    else {
      throw ValidationError(
        "--divergence \(option): none or EPOCHS:FACTOR, both at least 1, expected, such as 10:1.25")
    }
    return DivergenceRule(epochs: epochs, factor: factor)
  }
}
