import Networks
import Testing

@Suite("Windows stand where TensorFlow puts them")
struct WindowTests {
  @Test(
    "SAME leaves length / stride places, rounded up; an odd rest goes after the image",
    arguments: 1...30, 1...7)
  func same(_ length: Int, _ size: Int) {
    for stride in 1...5 {
      let window = Window(size: size, stride: stride, padding: .same)
      let (before, after) = window.margins(on: length)
      let places = (length + stride - 1) / stride
      #expect(window.places(on: length) == places)
      #expect(before >= 0 && (after == before || after == before + 1))
      // No margin is wider than the last window wants.
      #expect(before + after == max(0, (places - 1) * stride + size - length))
    }
  }

  @Test("The example of TensorFlow's manual: length 13, size 6, stride 5")
  func example() {
    let same = Window(size: 6, stride: 5, padding: .same)
    #expect(same.margins(on: 13) == (1, 2))
    #expect(same.places(on: 13) == 3)
    #expect(Window(size: 6, stride: 5, padding: .valid).places(on: 13) == 2)
  }

  @Test("The paper's shapes: 28 becomes 14 and 7, with the margin after the image")
  func paper() {
    let window = Window(size: 3, stride: 2, padding: .same)
    #expect(window.margins(on: 28) == (0, 1))
    #expect(window.places(on: 28) == 14)
    #expect(window.margins(on: 14) == (0, 1))
    #expect(window.places(on: 14) == 7)
    #expect(window.margins(on: 7) == (1, 1))
  }

  @Test("Places inside the image and with margins on both sides", arguments: 1...12, 1...5)
  func places(_ length: Int, _ size: Int) {
    for stride in 1...4 {
      for margin in 0...3 {
        let window = Window(size: size, stride: stride, padding: .each(margin))
        let fitting = (0..<length + 2 * margin).count {
          $0 % stride == 0 && $0 + size <= length + 2 * margin
        }
        #expect(window.places(on: length) == fitting)
        #expect(window.margins(on: length) == (margin, margin))
      }
      let valid = Window(size: size, stride: stride, padding: .valid)
      #expect(
        valid.places(on: length)
          == Window(size: size, stride: stride, padding: .each(0)).places(on: length))
    }
  }

  @Test("Paddings are named as in a file")
  func names() {
    #expect([Padding.same, .valid, .each(2)].map(\.description) == ["same", "valid", "2"])
  }
}
