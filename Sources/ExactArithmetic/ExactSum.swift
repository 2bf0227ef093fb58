private import BigInt

/// A sum of doubles and of products of doubles, without any rounding.
///
/// A fixed-point number over the whole range of such products, 2⁻²¹⁴⁸ to 2²⁰⁴⁸ and room above it,
/// in digits of 32 bits. A digit stands in a word of 64 bits, so that carries can wait until 2¹⁶
/// terms have come; only digits that a term touched are read.
///
/// Source: Kulisch and Miranker, Computer Arithmetic in Theory and Practice, 1981.
public struct ExactSum: Sendable {
  /// Digit k stands for 2^(32 k - 2176).
  private var digits: [Int64]
  /// The digits that terms touched; empty where `low` exceeds `high`.
  private var low = digitCount
  private var high = -1
  private var waiting = 0

  /// Creates the sum of no terms, 0.
  public init() { digits = [Int64](repeating: 0, count: digitCount) }

  /// Makes the sum 0 again.
  ///
  /// - Complexity: as many steps as digits were touched.
  public mutating func removeAll() {
    guard low <= high else { return }
    digits.withUnsafeMutableBufferPointer { digits in
      for k in low...high { digits[k] = 0 }
    }
    (low, high, waiting) = (digitCount, -1, 0)
  }

  /// Adds a double.
  ///
  /// - Parameter x: a finite number.
  public mutating func add(_ x: Double) {
    let (significand, exponent) = parts(x.bitPattern)
    if significand == 0 { return }
    accumulate(high: 0, low: significand, position: exponent + 1101, negative: x < 0)
  }

  /// Adds the product of two doubles.
  ///
  /// - Parameters:
  ///   - x: a finite number.
  ///   - y: a finite number.
  public mutating func addProduct(_ x: Double, _ y: Double) {
    let (a, b) = (x.bitPattern, y.bitPattern)
    let (first, firstExponent) = parts(a)
    let (second, secondExponent) = parts(b)
    if first == 0 || second == 0 { return }
    let product = first.multipliedFullWidth(by: second)
    accumulate(
      high: product.high, low: product.low, position: firstExponent + secondExponent + 26,
      negative: Int64(bitPattern: a ^ b) < 0)
  }

  /// Adds a number of at most 106 bits times 2^(position - 2176).
  private mutating func accumulate(high: UInt64, low: UInt64, position: Int, negative: Bool) {
    let first = position >> 5
    let shift = UInt64(position & 31)
    let bottom = low &<< shift
    let middle = (high &<< shift) | ((low &>> 1) &>> (63 &- shift))
    let top = (high &>> 1) &>> (63 &- shift)
    // v ^ -1 - -1 is -v: the sign without a branch.
    let sign: Int64 = negative ? -1 : 0
    digits.withUnsafeMutableBufferPointer { digits in
      digits[first] &+= (Int64(bottom & 0xffff_ffff) ^ sign) &- sign
      digits[first + 1] &+= (Int64(bottom >> 32) ^ sign) &- sign
      digits[first + 2] &+= (Int64(middle & 0xffff_ffff) ^ sign) &- sign
      digits[first + 3] &+= (Int64(middle >> 32) ^ sign) &- sign
      digits[first + 4] &+= (Int64(top) ^ sign) &- sign
    }
    if first < self.low { self.low = first }
    if first + 4 > self.high { self.high = first + 4 }
    waiting &+= 1
    if waiting == 1 << 16 { carry() }
  }

  /// Brings every digit back into 32 bits.
  private mutating func carry() {
    let low = low
    let carried = withCarriedDigits { Array($0) }
    for (k, digit) in carried.enumerated() { digits[low + k] = digit }
    high = max(high, low + carried.count - 1)
    waiting = 0
  }

  /// The touched digits, each in -2³¹..<2³¹, so that the uppermost one that is not 0 has the sum's
  /// sign; digit 0 of the buffer is digit `low`.
  private func withCarriedDigits<R>(_ body: (UnsafeMutableBufferPointer<Int64>) -> R) -> R {
    // A word overflows into at most two more digits.
    let count = low > high ? 0 : min(high + 3, digitCount) - low
    return withUnsafeTemporaryAllocation(of: Int64.self, capacity: count) { buffer in
      var rest: Int64 = 0
      digits.withUnsafeBufferPointer { digits in
        for k in 0..<count {
          let word = digits[low + k] &+ rest
          let digit = Int64(Int32(truncatingIfNeeded: word))
          rest = (word &- digit) >> 32
          buffer.initializeElement(at: k, to: digit)
        }
      }
      precondition(rest == 0, "2⁶² products of the largest doubles")
      return body(buffer)
    }
  }
}

extension ExactSum {
  /// The sign: -1, 0 or 1.
  public var sign: Int {
    withCarriedDigits { digits in
      for digit in digits.reversed() where digit != 0 { return digit < 0 ? -1 : 1 }
      return 0
    }
  }

  /// The exact value.
  public var dyadic: Dyadic {
    let sign = sign
    if sign == 0 { return Dyadic(0, exponent: 0) }
    return withCarriedDigits { digits in
      // Of a negative sum the magnitude; its digits carry once more, into 0..<2³².
      var words = [UInt](repeating: 0, count: (digits.count + 1) / 2)
      var rest: Int64 = 0
      for k in digits.indices {
        let word = digits[k] * Int64(sign) + rest
        rest = word >> 32
        words[k / 2] |= UInt(word & 0xffff_ffff) << UInt(32 * (k % 2))
      }
      let magnitude = BigInt(sign: .plus, magnitude: BigUInt(words: words))
      return Dyadic(sign < 0 ? -magnitude : magnitude, exponent: 32 * low - 2176)
    }
  }

  /// The nearest double, ties to even; infinite beyond the largest one.
  public var rounded: Double {
    withCarriedDigits { digits in
      var first = 0.0
      let isOrdinary = forEachComponent(of: digits) { component in
        first = component
        return false
      }
      return isOrdinary ? first : dyadic.nearestDouble
    }
  }

  /// The least double that is at least the sum; infinite beyond the largest one.
  public var roundedUp: Double { dyadic.roundedUp }

  /// The sum as doubles, each the nearest one to what those before it leave.
  ///
  /// The first is the rounded sum, no two share a bit, and two sums are ordered as the first pair of
  /// doubles in which they differ. Empty for 0; nil where the sum is 2¹⁰²⁴ or more, or has bits
  /// below 2⁻¹⁰⁷⁴.
  public var expansion: [Double]? {
    var components: [Double] = []
    return appendExpansion(to: &components) ? components : nil
  }

  /// Appends the ``expansion``.
  ///
  /// - Parameter components: receives the doubles, the largest first.
  /// - Returns: whether there is an expansion; if not, nothing was appended.
  public func appendExpansion(to components: inout [Double]) -> Bool {
    withCarriedDigits { digits in
      let isOrdinary = forEachComponent(of: digits) { component in
        components.append(component)
        return true
      }
      if isOrdinary { return true }
      let before = components.count
      var rest = self
      while rest.sign != 0 {
        let component = rest.dyadic.nearestDouble
        guard component.isFinite && component != 0 else {
          components.removeLast(components.count - before)
          return false
        }
        components.append(component)
        rest.add(-component)
      }
      return true
    }
  }

  /// Calls a closure with the doubles of the expansion until it returns false.
  ///
  /// - Returns: false, and no call, where a digit is too large or too small for ordinary doubles.
  private func forEachComponent(
    of digits: UnsafeMutableBufferPointer<Int64>, _ body: (Double) -> Bool
  ) -> Bool {
    var top = digits.count - 1
    while top >= 0 && digits[top] == 0 { top -= 1 }
    if top < 0 { return true }
    var bottom = 0
    while digits[bottom] == 0 { bottom += 1 }
    guard low + bottom >= leastOrdinaryDigit && low + top <= largestOrdinaryDigit else {
      return false
    }
    var head = Double(digits[top]) * unit(of: low + top)
    var k = top - 1
    while k >= bottom {
      let digit = Double(digits[k]) * unit(of: low + k)
      let sum = head + digit
      // Exact: the head is a multiple of twice what a digit below it can be.
      var error = head == 0 ? 0 : digit - (sum - head)
      if error == 0 {
        head = sum
      } else {
        var component = sum
        if component + 2 * error - component == 2 * error {
          // A tie between two doubles; what is left decides.
          var next = k - 1
          while next >= bottom && digits[next] == 0 { next -= 1 }
          if next >= bottom && (digits[next] < 0) == (error < 0) {
            component += 2 * error
            error = -error
          }
        }
        if !body(component) { return true }
        head = error
      }
      k -= 1
    }
    if head != 0 { _ = body(head) }
    return true
  }
}

/// Up to 2^(32 · 136 - 2176) = 2²¹⁷⁶.
private let digitCount = 136
/// The least digit of which all bits are far above the subnormal doubles.
private let leastOrdinaryDigit = 37
/// The largest digit of which all bits are below 2¹⁰²⁴.
private let largestOrdinaryDigit = 99

private func unit(of digit: Int) -> Double {
  Double(bitPattern: UInt64(32 * digit - 2176 + 1023) << 52)
}

/// The significand and the exponent field of a finite double, the field being 1 where subnormal.
private func parts(_ pattern: UInt64) -> (significand: UInt64, exponent: Int) {
  let field = Int(pattern >> 52) & 0x7ff
  precondition(field < 0x7ff, "only finite doubles are summed")
  let fraction = pattern & 0xf_ffff_ffff_ffff
  return field == 0 ? (fraction, 1) : (fraction | 1 << 52, field)
}
