import ExactArithmetic
import Testing

/// An evidence file, read and evaluated by its definition.
struct Evidence {
  var units: [(threshold: Rational, weights: [Rational])] = []
  var samples: [(point: Rational, targets: [Rational])] = []
  var bound: Rational

  init(_ text: String) throws {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: " ").map(String.init) }
    func integer(_ text: String) throws -> Rational { try #require(Rational(text)) }
    #expect(lines[0] == ["interpolation-evidence", "1"])
    #expect(lines.last == [])
    let (n, m, outputs) = (Int(lines[1][1]), Int(lines[2][1]), Int(lines[3][1]))
    #expect([lines[1][0], lines[2][0], lines[3][0]] == ["units", "samples", "outputs"])
    #expect(lines[4][0] == "places" && lines[4].count == 5)
    let units = try lines[4].dropFirst().map { places -> Rational in
      let count = try #require(Int(places))
      return (0..<count).reduce(1) { power, _ in power / 2 }
    }
    #expect(lines[5][0] == "bound")
    bound = try integer(lines[5][1]) * units[3]
    for line in lines.dropFirst(6).dropLast() {
      let numbers = try line.dropFirst().map(integer)
      #expect(numbers.count == (outputs ?? 0) + 1)
      let rest = Array(numbers.dropFirst())
      if line[0] == "u" {
        #expect(samples.isEmpty)
        self.units.append((numbers[0] * units[0], rest.map { $0 * units[1] }))
      } else {
        #expect(line[0] == "s")
        samples.append((numbers[0] * units[0], rest.map { $0 * units[2] }))
      }
    }
    #expect(self.units.count == n && samples.count == m)
  }

  /// The largest |Σ_j w_j max(x_i - b_j, 0) - y_i|.
  var largestMiss: Rational {
    var largest: Rational = 0
    for (point, targets) in samples {
      for (output, target) in targets.enumerated() {
        let value = units.reduce(Rational(integerLiteral: 0)) { sum, unit in
          unit.threshold < point ? sum + unit.weights[output] * (point - unit.threshold) : sum
        }
        largest = max(largest, (value - target).magnitude)
      }
    }
    return largest
  }
}
