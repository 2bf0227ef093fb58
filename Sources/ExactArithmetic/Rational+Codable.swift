private import BigInt

extension Rational: LosslessStringConvertible {
  /// Reads a fraction as ``description`` writes it: p/q, or p where q is 1.
  ///
  /// - Parameter description: integers in decimal, the denominator positive; need not be in lowest
  ///   terms.
  public init?(_ description: String) {
    let parts = description.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, let numerator = integer(first), parts.count <= 2 else {
      return nil
    }
    if parts.count == 1 {
      self.init(numerator, over: 1)
      return
    }
    guard let denominator = integer(parts[1]), denominator > 0 else { return nil }
    self.init(numerator, over: denominator)
  }

  /// Creates the exact value of a dyadic rational.
  ///
  /// - Parameter dyadic: any.
  public init(_ dyadic: Dyadic) {
    let zeros = dyadic.significand == 0 ? 0 : dyadic.significand.trailingZeroBitCount
    let exponent = dyadic.significand == 0 ? 0 : dyadic.exponent + zeros
    let odd = dyadic.significand >> zeros
    self.init(odd << max(0, exponent), over: 1 << max(0, -exponent))
  }
}

/// Decimal digits after at most a minus sign.
private func integer(_ text: Substring) -> BigInt? {
  let digits = text.utf8.first == UInt8(ascii: "-") ? text.dropFirst() : text
  guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return BigInt(text)
}

extension Rational: Codable {
  /// Decodes a fraction from its text.
  ///
  /// - Parameter decoder: holds one text, such as "-3/4".
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Rational(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "\(text.prefix(40).debugDescription) is no fraction such as \"-3/4\"")
    }
    self = value
  }

  /// Encodes the fraction as its text.
  ///
  /// - Parameter encoder: receives one text.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
