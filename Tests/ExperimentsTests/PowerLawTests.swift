import Experiments
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("Power laws")
struct PowerLawTests {
  @Test("A power is found again", arguments: 0..<200)
  func exact(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "power law")
    let (exponent, factor) = (3 * stream.normal(), Double.exp(stream.normal()))
    let count = 2 + seed % 9
    let points = (0..<count).map { index -> (x: Double, y: Double) in
      let x = Double.exp(Double(index) + stream.uniform() / 2)
      return (x, factor * Double.pow(x, exponent))
    }
    let law = try #require(PowerLaw(fitting: points))
    let bound = Tolerance.arithmetic.bound(
      Double.self, size: 100 * count, scale: 1 + abs(exponent) + abs(Double.log(factor)))
    #expect(abs(law.exponent - exponent) <= bound)
    #expect(abs(Double.log(law.factor / factor)) <= 10 * bound)
    #expect(law.exponentError <= bound)
    #expect(abs(Double.log(law(2) / (factor * Double.pow(2, exponent)))) <= 20 * bound)
  }

  @Test("Its standard error is that of the textbook's formula")
  func error() throws {
    // log y = 0, 1, 0 at log x = -1, 0, 1: slope 0, residuals -1/3, 2/3, -1/3, variance 2/3.
    let e = Double.exp(1)
    let law = try #require(PowerLaw(fitting: [(1 / e, 1), (1, e), (e, 1)]))
    let bound = Tolerance.arithmetic.bound(Double.self, size: 10, scale: 1)
    #expect(abs(law.exponent) <= bound)
    #expect(abs(law.exponentError - (1.0 / 3).squareRoot()) <= bound)
  }

  @Test("One x, or numbers that are not positive, make none")
  func none() {
    #expect(PowerLaw(fitting: []) == nil)
    #expect(PowerLaw(fitting: [(2, 1), (2, 3)]) == nil)
    #expect(PowerLaw(fitting: [(1, 1), (2, 0), (3, .nan), (0, 1)]) == nil)
  }
}
