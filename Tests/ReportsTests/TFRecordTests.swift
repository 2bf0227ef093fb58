import Reports
import Testing

@Suite("Checksums of records")
struct TFRecordTests {
  @Test("The published checks of Castagnoli's polynomial")
  func published() {
    #expect(CRC32C.checksum(of: []) == 0)
    // The check value of the catalogue of parametrised CRC algorithms.
    #expect(CRC32C.checksum(of: Array("123456789".utf8)) == 0xE306_9283)
    // RFC 3720, Appendix B.4: zeros, ones, incrementing, decrementing, a read command.
    #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum(of: [UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum(of: Array(0..<32 as Range<UInt8>)) == 0x46DD_794E)
    #expect(CRC32C.checksum(of: (0..<32 as Range<UInt8>).reversed()) == 0x113F_DB5C)
    var command = [UInt8](repeating: 0, count: 48)
    for (place, byte) in [
      (0, 0x01), (1, 0xC0), (16, 0x14), (22, 0x04), (27, 0x14), (31, 0x18), (32, 0x28), (40, 0x02),
    ] as [(Int, UInt8)] {
      command[place] = byte
    }
    #expect(CRC32C.checksum(of: command) == 0xD996_3A56)
  }
}
