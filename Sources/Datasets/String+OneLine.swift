extension String {
  /// The same text with each line break as a space, for messages that name a file: its name may
  /// hold one.
  package var onOneLine: String {
    split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ")
  }
}
