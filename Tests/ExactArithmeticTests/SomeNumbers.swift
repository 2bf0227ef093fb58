import BigInt
import ExactArithmetic
import RandomStreams

/// An integer of any sign: 0, small, of one word, or of up to ten words.
func someInteger(from stream: inout RandomStream) -> BigInt {
  let magnitude: BigInt =
    switch stream.integer(below: 5) {
    case 0: BigInt(stream.integer(below: 3))
    case 1: BigInt(stream.integer(below: 100))
    case 2: BigInt(stream.next())
    case 3: BigInt(1) << stream.integer(below: 600)
    default:
      (0..<1 + stream.integer(below: 10)).reduce(BigInt(1)) { value, _ in
        value << 64 + BigInt(stream.next())
      }
    }
  return stream.integer(below: 2) == 0 ? magnitude : -magnitude
}

/// A fraction of such integers, or a double's.
func someFraction(from stream: inout RandomStream) -> Rational {
  if stream.integer(below: 4) == 0 { return Rational(someDouble(from: &stream)) }
  let denominator = someInteger(from: &stream)
  return Rational(someInteger(from: &stream), over: denominator == 0 ? 1 : denominator)
}

/// A finite double: any bits, subnormal, small integers, extremes.
func someDouble(from stream: inout RandomStream) -> Double {
  let double =
    switch stream.integer(below: 5) {
    case 0: Double(bitPattern: stream.next())
    case 1: Double(bitPattern: stream.next() >> 12)
    case 2: Double(stream.integer(below: 2001) - 1000)
    case 3: stream.normal()
    default:
      [
        0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
        -.greatestFiniteMagnitude, 1 - 0x1p-53, -0x1p-1022, (0x1p-1022).nextDown,
      ][stream.integer(below: 9)]
    }
  return double.isFinite ? double : 1
}
