import Kernels
import LinearAlgebra
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("Gabor wavelets")
struct GaborBankTests {
  private func bank(_ seed: Int, orientations: Int? = nil) -> GaborBank {
    var stream = RandomStream(seed: UInt64(seed), purpose: "bank")
    return GaborBank(
      wavelength: 2.5 + 10 * stream.uniform(), orientations: orientations ?? 1 + seed % 9,
      deviation: 1 + 4 * stream.uniform(), aspect: 0.3 + stream.uniform(),
      side: 3 + 2 * stream.integer(below: 9))
  }

  /// One rounding an entry on numbers of length 1, and what sine and cosine miss of their phase.
  private func tolerance(_ bank: GaborBank) -> Double {
    Tolerance.arithmetic.bound(Double.self, size: 4 * bank.side * bank.side, scale: 4)
  }

  @Test("filters have length 1 and sum to 0; pairs are orthogonal", arguments: 0..<200)
  func moments(seed: Int) {
    let bank = bank(seed)
    let filters = bank.filters()
    #expect(filters.rows == bank.side * bank.side && filters.columns == 2 * bank.orientations)
    for j in 0..<filters.columns {
      let column = filters.column(j)
      #expect(abs(column.reduce(0, +)) <= tolerance(bank))
      #expect(abs(euclideanNorm(column) - 1) <= tolerance(bank))
    }
    for k in 0..<bank.orientations {
      let product = zip(filters.column(k), filters.column(bank.orientations + k)).reduce(0) {
        $0 + $1.0 * $1.1
      }
      #expect(abs(product) <= tolerance(bank))
    }
  }

  @Test(
    "seen from the other side, the even filter is itself and the odd one its negative",
    arguments: 0..<200)
  func reflection(seed: Int) {
    let bank = bank(seed)
    let filters = bank.filters()
    for j in 0..<filters.columns {
      let sign: Double = j < bank.orientations ? 1 : -1
      let (column, reversed) = (filters.column(j), filters.column(j).reversed())
      let largest = zip(column, reversed).map { abs($0 - sign * $1) }.max() ?? 0
      #expect(largest <= tolerance(bank))
    }
  }

  @Test(
    "a quarter turn is half the orientations further on, a mirror counts them backwards",
    arguments: 0..<200)
  func symmetry(seed: Int) {
    let orientations = 2 * (1 + seed % 5)
    let bank = bank(seed, orientations: orientations)
    let (filters, s) = (bank.filters(), bank.side)
    for k in 0..<orientations {
      for y in 0..<s {
        for x in 0..<s {
          // (x, y) turned by a quarter is (-y, x).
          let turned = filters[x * s + (s - 1 - y), (k + orientations / 2) % orientations]
          #expect(abs(filters[y * s + x, k] - turned) <= tolerance(bank))
          let mirrored = filters[y * s + (s - 1 - x), (orientations - k) % orientations]
          #expect(abs(filters[y * s + x, k] - mirrored) <= tolerance(bank))
        }
      }
    }
  }

  @Test(
    "a grating moves the filters of its own wavelength and orientation most", arguments: 0..<200)
  func grating(seed: Int) {
    let orientations = 8
    let (own, wavelength) = (seed % orientations, 4 + Double(seed % 3))
    let angle = Double.pi * Double(own) / Double(orientations)
    var stream = RandomStream(seed: UInt64(seed), purpose: "phase")
    let phase = 2 * Double.pi * stream.uniform()
    let side = 25
    let grating = (0..<side * side).map { entry in
      let (x, y) = (Double(entry % side - side / 2), Double(entry / side - side / 2))
      return Double.cos(
        2 * .pi * (x * .cos(angle) + y * .sin(angle)) / wavelength + phase)
    }
    func energies(_ wavelength: Double) -> [Double] {
      let filters = GaborBank(
        wavelength: wavelength, orientations: orientations, deviation: 3, aspect: 1, side: side
      ).filters()
      let responses = filters.times(grating, transposingSelf: true)
      return (0..<orientations).map {
        (responses[$0] * responses[$0]
          + responses[orientations + $0] * responses[orientations + $0]).squareRoot()
      }
    }
    let matched = energies(wavelength)
    for k in 0..<orientations where k != own { #expect(matched[k] < 0.9 * matched[own]) }
    for other in [wavelength * 0.6, wavelength * 1.6] {
      #expect(energies(other)[own] < 0.9 * matched[own])
    }
    // In an envelope of deviation σ the pair gives √(2π) σ whatever the phase: half the sum 2πσ² of
    // G over the norm √(πσ²/2) of G cos. What is left out is of the order of exp(-4π²σ²/λ²).
    let expected = 3 * (2 * Double.pi).squareRoot()
    let missing = Double.exp(-4 * .pi * .pi * 9 / (wavelength * wavelength))
    #expect(abs(matched[own] / expected - 1) <= 4 * missing + 0.001)
  }
}
