private import RandomStreams

extension DatasetSplit {
  /// The split with Gaussian noise added to all values, drawn once.
  ///
  /// Noise is fine detail that tells images apart: it shows how far memorisation rests on such
  /// detail, where a copy of a set has lost some of it.
  ///
  /// - Parameters:
  ///   - deviation: the standard deviation, on the scale of bytes, at least 0.
  ///   - seed: names the draw.
  /// - Returns: the split with real values; the same split for a deviation of 0.
  /// - Complexity: O(n d).
  public func addingNoise(deviation: Double, seed: UInt64) -> DatasetSplit {
    precondition(deviation >= 0 && deviation.isFinite, "a standard deviation is not negative")
    if deviation == 0 { return self }
    return DatasetSplit(
      train: train.addingNoise(deviation, seed: seed, part: 0),
      test: test.addingNoise(deviation, seed: seed, part: 1))
  }
}

extension LabeledDataset {
  fileprivate func addingNoise(_ deviation: Double, seed: UInt64, part: Int) -> LabeledDataset {
    func noisy<Value>(_ values: [Value], _ real: (Value) -> Double) -> [Float] {
      var result: [Float] = []
      result.reserveCapacity(values.count)
      for image in 0..<count {
        var stream = RandomStream(seed: seed, purpose: "pixel noise", indices: part, image)
        for place in image * dimension..<(image + 1) * dimension {
          result.append(Float(real(values[place]) + deviation * stream.normal()))
        }
      }
      return result
    }
    let values =
      switch pixels {
      case .bytes(let values): noisy(values) { Double($0) }
      case .reals(let values): noisy(values) { Double($0) }
      }
    return replacing(
      pixels: .reals(values),
      step: "Gaussian noise of standard deviation \(deviation) added to all values, seed \(seed)")
  }
}
