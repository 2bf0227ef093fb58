import RandomStreams
import TestSupport
import Testing

@Suite("A stream is a function of its name and position")
struct RandomStreamTests {
  private func words(_ count: Int, of stream: RandomStream) -> [UInt64] {
    var stream = stream
    return (0..<count).map { _ in stream.next() }
  }

  @Test("The numbers are the interface: they do not change")
  func pinned() {
    // Worked out by a second program from the description of names and blocks.
    #expect(
      words(3, of: RandomStream(seed: 0, purpose: "")) == [
        0x313b_84b7_1345_bf5e, 0xaedc_7d8a_d393_646c, 0x4c54_c40b_6827_35fe,
      ])
    #expect(
      words(3, of: RandomStream(seed: 7, purpose: "labels", indices: 0)) == [
        0xfe0d_7946_8c3b_b14e, 0x5ca5_0b93_1096_9a0a, 0xa0d7_5ea4_08e1_8d5f,
      ])
    #expect(
      words(3, of: RandomStream(seed: .max, purpose: "größe", indices: -1, 1 << 40)) == [
        0x186b_e776_f76d_1483, 0x2cc0_b4e5_80c9_bc79, 0x6ca9_836d_e6a8_fa72,
      ])
  }

  @Test("Names that are alike are still distinct names")
  func similarNames() {
    let streams = [
      RandomStream(seed: 0, purpose: ""),
      RandomStream(seed: 1, purpose: ""),
      RandomStream(seed: 1 << 32, purpose: ""),
      RandomStream(seed: 0, purpose: "", indices: 0),
      RandomStream(seed: 0, purpose: "", indices: 0, 0),
      RandomStream(seed: 0, purpose: "\0"),
      RandomStream(seed: 0, purpose: "\0\0"),
      RandomStream(seed: 0, purpose: "a"),
      RandomStream(seed: 0, purpose: "", indices: 97),
      RandomStream(seed: 0, purpose: "a", indices: 98),
      RandomStream(seed: 0, purpose: "ab"),
      RandomStream(seed: 0, purpose: "ba"),
      RandomStream(seed: 0, purpose: "ab", indices: 1, 2),
      RandomStream(seed: 0, purpose: "ab", indices: 2, 1),
      RandomStream(seed: 0, purpose: "ab", indices: 1 << 32),
      RandomStream(seed: 0, purpose: "ab", indices: -1),
    ]
    let outputs = Set(streams.flatMap { words(100, of: $0) })
    #expect(outputs.count == 100 * streams.count)
  }

  @Test("Many names, no collision")
  func manyNames() {
    var seen = Set<UInt64>()
    for seed in 0..<10 as Range<UInt64> {
      for purpose in ["weights", "labels", "order", "crop", "dropout"] {
        for index in 0..<2000 {
          var stream = RandomStream(seed: seed, purpose: purpose, indices: index)
          seen.insert(stream.next())
        }
      }
    }
    #expect(seen.count == 10 * 5 * 2000)
  }

  @Test("A stream resumes at any position", arguments: PropertyCase.all)
  func resuming(_ property: PropertyCase) {
    let start = property.stream("resuming")
    let all = words(property.first + property.second + 4, of: start)
    var advanced = start
    for _ in 0..<property.first { _ = advanced.next() }
    #expect(advanced.position == UInt64(property.first))
    var resumed = start
    for _ in 0..<property.third { _ = resumed.next() }
    resumed.position = UInt64(property.first)
    #expect(resumed.position == UInt64(property.first))
    let rest = Array(all.dropFirst(property.first))
    #expect(words(rest.count, of: advanced) == rest)
    #expect(words(rest.count, of: resumed) == rest)
  }

  @Test("Positions beyond 32 bits are reached, and the last one wraps to the first")
  func distantPositions() {
    var stream = RandomStream(seed: 3, purpose: "distant")
    let first = words(2, of: stream)
    for position in [1 << 32, 1 << 33, (1 << 33) + 1, 1 << 63] as [UInt64] {
      stream.position = position
      #expect(words(2, of: stream) != first)
      var earlier = stream
      earlier.position = position - 1
      _ = earlier.next()
      #expect(words(3, of: earlier) == words(3, of: stream))
    }
    stream.position = .max
    _ = stream.next()
    #expect(stream.position == 0)
    #expect(words(2, of: stream) == first)
  }

  @Test("What other streams do in between does not matter", arguments: PropertyCase.all)
  func orderOfUse(_ property: PropertyCase) {
    let (a, b) = (property.stream("one"), property.stream("other"))
    let (wordsOfA, wordsOfB) = (words(20, of: a), words(20, of: b))
    var streams = [a, b]
    var drawn: [[UInt64]] = [[], []]
    var choices = property.stream("choices")
    for _ in 0..<20 {
      let chosen = choices.integer(below: 2)
      drawn[chosen].append(streams[chosen].next())
    }
    #expect(drawn[0] == Array(wordsOfA.prefix(drawn[0].count)))
    #expect(drawn[1] == Array(wordsOfB.prefix(drawn[1].count)))
  }

  @Test("A stream is a value: a copy goes on by itself")
  func valueSemantics() {
    var stream = RandomStream(seed: 3, purpose: "value")
    _ = stream.next()
    let copy = stream
    let next = words(5, of: copy)
    _ = stream.next()
    #expect(words(5, of: copy) == next)
    #expect(words(4, of: stream) == Array(next.dropFirst()))
  }

  @Test("Each bit is set half of the time")
  func bits() {
    var stream = RandomStream(seed: 3, purpose: "bits")
    let draws = 20_000
    var counts = [Int](repeating: 0, count: 64)
    for _ in 0..<draws {
      let word = stream.next()
      for bit in 0..<64 where word >> UInt64(bit) & 1 == 1 { counts[bit] += 1 }
    }
    // Five standard deviations √draws / 2 of a fair coin.
    let bound = 5 * Double(draws).squareRoot() / 2
    #expect(counts.allSatisfy { abs(Double($0) - Double(draws) / 2) < bound })
  }
}
