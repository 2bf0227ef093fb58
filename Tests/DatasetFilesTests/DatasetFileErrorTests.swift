import DatasetFiles
import Testing

@Suite("Errors of data files")
struct DatasetFileErrorTests {
  static let path = "data/a\nb"
  static let all: [DatasetFileError] = [
    .notFound(path: path, whatToTry: "check the path"),
    .unreadable(path: path, reason: "it is a folder"),
    .truncated(path: path, expectedBytes: 40, foundBytes: 39),
    .trailingBytes(path: path, expectedBytes: 40),
    .damagedGzip(path: path, reason: "incorrect data check"),
    .wrongMagic(path: path, found: 0x801, expected: 0x803),
    .implausibleSize(path: path, dimensions: [1 << 32 - 1, 4096, 4096]),
    .tooLarge(path: path, largestBytes: 65_536),
    .empty(path: path),
    .partialRecord(path: path, bytes: 3072, recordBytes: 3073),
    .wrongShape(path: path, found: "32x32x1", expected: "28x28x1"),
    .countMismatch(imagesPath: "images", images: 2, labelsPath: path, labels: 3),
    .labelOutOfRange(path: path, index: 5, label: 10, classes: 10),
    .wrongClassNames(path: path, found: 9, expected: 10),
    .notANumber(path: path, line: 3, text: "a\nb"),
    .notFinite(path: path, line: 3, text: "nan"),
    .notNumPy(path: path, reason: "it does not begin as one"),
    .wrongArray(path: path, sizes: [2, 3], expected: "(n)"),
    .entryNotFinite(path: path, index: 7),
    .notALabel(path: path, index: 7, value: -1.5, largest: 65_535),
  ]

  @Test("Every message is one line that begins with the file and says what to try", arguments: all)
  func oneLine(error: DatasetFileError) {
    let message = error.description
    #expect(message.hasPrefix("data/a b: "))
    #expect(!message.contains { $0.isNewline })
    let advice = [
      "fetch the file again", "check the path", "remove the", "write one number", "by numpy.save",
      "reshape it", "number the classes",
    ]
    #expect(advice.contains { message.contains($0) })
  }

  @Test("Missing input and bad data are told apart", arguments: all)
  func families(error: DatasetFileError) {
    switch error {
    case .notFound, .unreadable: #expect(error.isMissingInput)
    default: #expect(!error.isMissingInput)
    }
  }

  @Test(
    "Messages hold the values found and expected",
    arguments: [
      (
        .truncated(path: "t", expectedBytes: 40, foundBytes: 39),
        "t: 39 bytes found, 40 expected by its header: the file is cut short; fetch the file again"
      ),
      (
        .wrongMagic(path: "t", found: 0x801, expected: 0x803),
        "t: begins with 0x00000801, expected 0x00000803: another file, or a web page saved under "
          + "this name? fetch the file again"
      ),
      (
        .empty(path: "t"),
        "t: holds nothing, expected at least one entry; fetch the file again"
      ),
      (
        .implausibleSize(path: "t", dimensions: [1 << 32 - 1, 4096, 4096]),
        "t: its header promises 4294967295 x 4096 x 4096 values, expected sides from 1 to 4096 and "
          + "at most 2147483648 values: not an IDX file, or a damaged one? fetch the file again"
      ),
      (
        .labelOutOfRange(path: "t", index: 5, label: 10, classes: 10),
        "t: the label of image 5 is 10, expected 0 to 9: another set's file? fetch the file again"
      ),
      (
        .notANumber(path: "t", line: 3, text: "a\nb"),
        #"t: line 3 is "a\nb", expected one real number, such as -1.5; write one number on each "#
          + "line"
      ),
      (
        .notNumPy(path: "t", reason: "its format is 4.0"),
        "t: not an array of NumPy's: its format is 4.0; write an array of numbers by numpy.save"
      ),
      (
        .wrongArray(path: "t", sizes: [2, 3], expected: "(n)"),
        "t: an array of shape (2, 3) found, expected (n); reshape it"
      ),
      (
        .entryNotFinite(path: "t", index: 7),
        "t: image 7 has an entry that is NaN or infinite, expected finite numbers; remove the image"
      ),
      (
        .notALabel(path: "t", index: 7, value: -1.5, largest: 65_535),
        "t: label 7 is -1.5, expected a whole number from 0 to 65535; number the classes from 0"
      ),
    ] as [(DatasetFileError, String)])
  func messages(error: DatasetFileError, message: String) {
    #expect(error.description == message)
  }
}
