import RandomStreams
import RethinkingTesting
import TestSupport
import Testing

@Suite("Points and thresholds are checked to take turns")
struct InterleavingTests {
  @Test("Interleaved points pass, also weakly", arguments: PropertyCase.all)
  func passes(_ property: PropertyCase) throws {
    var stream = property.stream("interleaving")
    let (x, b) = randomInterleaving(property.first, from: &stream)
    try checkInterleaving(points: x, thresholds: b)
    try checkInterleaving(points: x, thresholds: b, weakly: true)
    let previous = b.prefix(1) + x.dropLast()
    try checkInterleaving(points: x, thresholds: Array(previous), weakly: true)
    let found = violation {
      try checkInterleaving(points: x, thresholds: Array(previous))
    }
    #expect(found?.sample == (x.count > 1 ? 1 : nil))
  }

  @Test("A threshold or point out of its place is named", arguments: PropertyCase.all)
  func fails(_ property: PropertyCase) {
    var stream = property.stream("interleaving")
    let (x, b) = randomInterleaving(max(2, property.first), from: &stream)
    let place = 1 + stream.integer(below: x.count - 1)
    func check(_ x: [Double], _ b: [Double], names place: Int, _ expected: String, weakly: Bool) {
      let found = violation {
        try checkInterleaving(points: x, thresholds: b, weakly: weakly)
      }
      #expect(found?.property == .interleaving && found?.sample == place)
      #expect(found?.expected == expected)
    }
    for weakly in [false, true] {
      var late = b
      late[place] = x[place]
      check(x, late, names: place, "a threshold below \(x[place]), its point", weakly: weakly)
      var early = b
      early[place] = x[place - 1].nextDown
      check(
        x, early, names: place,
        "a threshold \(weakly ? "not below" : "above") \(x[place - 1]), the point before",
        weakly: weakly)
      var equal = x
      equal[place] = x[place - 1]
      check(
        equal, b, names: place, "a point above \(x[place - 1]), the one before", weakly: weakly)
      var missing = x
      missing[place] = .nan
      check(missing, b, names: place, "a finite point", weakly: weakly)
      var absent = b
      absent[place] = .nan
      check(
        x, absent, names: place,
        "a threshold \(weakly ? "not below" : "above") \(x[place - 1]), the point before",
        weakly: weakly)
    }
    var endless = b
    endless[0] = -.infinity
    check(x, endless, names: 0, "a finite threshold", weakly: false)
    let tooFew = violation { try checkInterleaving(points: x, thresholds: b.dropLast()) }
    #expect(tooFew?.sample == nil && tooFew?.found == "\(b.count - 1)")
    #expect(tooFew?.expected == "\(x.count) thresholds, one for each point")
  }
}
