import RandomStreams
import Testing

@Suite("Philox4x32-10 is the published generator")
struct Philox4x32Tests {
  struct Row: Sendable, CustomStringConvertible {
    var counter: SIMD4<UInt32>
    var key: SIMD2<UInt32>
    var block: SIMD4<UInt32>
    var description: String { "counter \(counter), key \(key)" }
  }

  /// The three known answers published with Random123, then rows of its C code that set each word
  /// of counter and key alone.
  static let rows = [
    Row(
      counter: [0, 0, 0, 0], key: [0, 0],
      block: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    Row(
      counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max),
      block: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    Row(
      counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
      key: [0xa409_3822, 0x299f_31d0],
      block: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
    Row(
      counter: [1, 0, 0, 0], key: [0, 0],
      block: [0xf8e4_cca4, 0x5cb2_00db, 0xb1a5_74eb, 0x097e_ff67]),
    Row(
      counter: [0, 1, 0, 0], key: [0, 0],
      block: [0x6ad0_c5ec, 0xea23_6249, 0x73a4_59f5, 0x0749_44b3]),
    Row(
      counter: [0, 0, 1, 0], key: [0, 0],
      block: [0x8445_15e1, 0xf08d_6eaa, 0x0f19_c053, 0x83f8_75f0]),
    Row(
      counter: [0, 0, 0, 1], key: [0, 0],
      block: [0x2dce_73e5, 0x1348_e23f, 0xfcf8_e0ec, 0xa287_aadb]),
    Row(
      counter: [0, 0, 0, 0], key: [1, 0],
      block: [0xe3e8_0670, 0xe50a_0ebc, 0x95f2_22c0, 0xb615_aa27]),
    Row(
      counter: [0, 0, 0, 0], key: [0, 1],
      block: [0xfdde_3e0b, 0xfa7e_58b6, 0x3380_ec46, 0xd8d5_5c4f]),
    Row(
      counter: [0xdead_beef, 0x0123_4567, 0x89ab_cdef, 0x8000_0000],
      key: [0x7fff_ffff, 0x8000_0001],
      block: [0x83f1_e570, 0x38f0_48d8, 0xab43_803c, 0xc797_763e]),
  ]

  @Test("Known answers", arguments: rows)
  func knownAnswers(_ row: Row) {
    #expect(Philox4x32.block(counter: row.counter, key: row.key) == row.block)
  }

  @Test("Different counters give different blocks")
  func injective() {
    let blocks = Set((0..<10_000).map { Philox4x32.block(counter: [$0, 0, 0, 7], key: [1, 2]) })
    #expect(blocks.count == 10_000)
  }
}
