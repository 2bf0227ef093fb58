import RandomStreams
import Testing

@Suite("The normal quantile is right to the last digits")
struct NormalQuantileTests {
  /// Probabilities with their quantiles, by Newton's method on erfc in 60 digits, rounded once.
  static let exact: [(Double, Double)] = [
    (.leastNonzeroMagnitude, -38.467405617144344),
    (0x1p-1030, -37.666780465078375),
    (1e-300, -37.0470962993612),
    (1e-250, -33.79958617269484),
    (1e-200, -30.20559417957964),
    (1e-150, -26.122961190593983),
    (1e-100, -21.273453560965326),
    (1e-50, -14.933337534788489),
    (1e-20, -9.262340089798407),
    (1e-16, -8.222082216130435),
    (1.4e-11, -6.656723091518184),
    (1.3e-11, -6.667611456510741),
    (1e-10, -6.361340902404057),
    (1e-05, -4.264890793922825),
    (0.001, -3.0902323061678136),
    (0.02, -2.053748910631823),
    (0.0749, -1.4402382675279637),
    (0.0751, -1.43882539275254),
    (0.1, -1.2815515655446004),
    (0.25, -0.6744897501960817),
    (0.4, -0.2533471031357997),
    (0.499, -0.002506630899571766),
    (0.500001, 2.5066282747057052e-06),
    (0.7, 0.5244005127080407),
    (0.9, 1.2815515655446006),
    (0.9249, 1.4388253927525403),
    (0.9251, 1.440238267527964),
    (0.95, 1.6448536269514722),
    (0.99, 2.3263478740408408),
    (0.999999, 4.753424308817087),
    (0.9999999999999999, 8.209536151601387),
  ]

  /// Two rounded Horner sums, a division and, in the tails, a logarithm and a root: their roundings
  /// add up to a few units; ten half units are allowed.
  static let relativeBound = 10 * Double.ulpOfOne / 2

  @Test("Known quantiles, from the centre to the last tail", arguments: exact)
  func knownQuantiles(_ probability: Double, _ quantile: Double) {
    let computed = standardNormalQuantile(probability)
    #expect(abs(computed - quantile) <= Self.relativeBound * abs(quantile))
  }

  @Test("It is odd about 1/2, to the bit where 1 - p is exact", arguments: 1..<1024)
  func symmetry(_ numerator: Int) {
    let p = Double(numerator) / 1024
    #expect(standardNormalQuantile(p) == -standardNormalQuantile(1 - p))
  }

  @Test("It increases, also where one formula takes over from another")
  func monotone() {
    let borders = [0.075, 0.925, 1.3887943864964021e-11]
    for border in borders {
      let steps = (-200...200).map { border * (1 + Double($0) * 1e-12) }
      let values = steps.map(standardNormalQuantile)
      for (before, after) in zip(values, values.dropFirst()) { #expect(before < after) }
    }
  }

  @Test("The ends are infinite, beyond them there is nothing")
  func ends() {
    #expect(standardNormalQuantile(0) == -.infinity)
    #expect(standardNormalQuantile(1) == .infinity)
    #expect(standardNormalQuantile(0.5) == 0)
    for outside in [-1, -.leastNonzeroMagnitude, 1.0.nextUp, 2, .nan, .infinity, -.infinity] {
      #expect(standardNormalQuantile(outside).isNaN)
    }
  }
}
