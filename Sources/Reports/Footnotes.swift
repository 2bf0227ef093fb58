/// Remarks that are printed once and referred to by number.
struct Footnotes {
  /// The remarks, in the order of their first mention; number i is at i - 1.
  private(set) var notes: [String] = []

  /// The numbers of remarks, in increasing order; new ones are added at the end.
  mutating func numbers(of remarks: [String]) -> [Int] {
    let numbers = remarks.map { remark in
      if let index = notes.firstIndex(of: remark) { return index + 1 }
      notes.append(remark)
      return notes.count
    }
    return Set(numbers).sorted()
  }

  /// The numbers of remarks as a text: `1, 3`.
  mutating func marks(of remarks: [String]) -> String {
    numbers(of: remarks).map(String.init).joined(separator: ", ")
  }
}
