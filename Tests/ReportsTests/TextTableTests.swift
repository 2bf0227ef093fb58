import RandomStreams
import Reports
import Testing

@Suite("Tables of plain text")
struct TextTableTests {
  @Test("Columns are aligned, headers ruled, long texts go on below")
  func golden() {
    var table = TextTable([
      .init("learner"), .init("error, %", .right), .init("evidence", limit: 14),
    ])
    table.append(["kernel", "0.50", "test ratio 0.01, sound"])
    table.append(["größe ≥ 1", "12.00", ""])
    #expect(
      table.rendered(indent: 2) == """
          learner    error, %  evidence
          ---------  --------  -----------
          kernel         0.50  test ratio
                               0.01, sound
          größe ≥ 1     12.00
        """)
  }

  @Test("Without titles there is no header")
  func noHeader() {
    var table = TextTable([.init(""), .init("", .right)])
    table.append(["a", "1"])
    table.append(["bb", "22"])
    #expect(table.rendered() == "a    1\nbb  22")
    #expect(TextTable([.init("")]).rendered() == "")
    #expect(TextTable([.init("title")]).rendered() == "title\n-----")
  }

  @Test("Words that are longer than a line are broken")
  func longWords() {
    var table = TextTable([.init("", limit: 3)])
    table.append(["abcdefgh ij"])
    #expect(table.rendered() == "abc\ndef\ngh\nij")
  }

  @Test(
    "All words survive and no line is wider than the limits allow",
    arguments: 0..<210 as Range<UInt64>)
  func widths(seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: "tables")
    let limits = (0..<1 + stream.integer(below: 4)).map { _ in 1 + stream.integer(below: 12) }
    var table = TextTable(
      limits.map { .init("head", stream.uniform() < 0.5 ? .left : .right, limit: $0) })
    let alphabet = Array("abc  \n")
    func text() -> String {
      String((0..<size(of: seed)).map { _ in alphabet[stream.integer(below: alphabet.count)] })
    }
    for _ in 0..<3 { table.append(limits.map { _ in text() }) }
    let rendered = table.rendered()
    let width = limits.reduce(0, +) + 2 * (limits.count - 1)
    #expect(rendered.split(separator: "\n").allSatisfy { $0.count <= width && $0.last != " " })
    func letters(_ text: String) -> Int { text.count { "abc".contains($0) } }
    let header = limits.count  // the a of each "head"
    #expect(letters(rendered) == letters(table.rows.joined().joined()) + header)
  }
}
