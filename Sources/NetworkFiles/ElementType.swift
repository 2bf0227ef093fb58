public import LinearAlgebra

/// The type of an array's entries in a file, named as in safetensors.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  /// Single precision.
  case float32 = "F32"
  /// Double precision.
  case float64 = "F64"
  /// Whole numbers of 64 bits.
  case int64 = "I64"

  /// The type of a scalar.
  ///
  /// - Parameter type: `Float` or `Double`.
  public init<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) {
    self = MemoryLayout<Scalar>.size == MemoryLayout<Float>.size ? .float32 : .float64
  }

  /// The size of an entry in bytes.
  public var size: Int { self == .float32 ? 4 : 8 }
}

#if !_endian(little)
  #error("files hold little-endian numbers, which are copied as they lie in memory")
#endif

/// Appends numbers, `Float`, `Double` or integers, as they lie in memory.
func append<Number>(_ numbers: [Number], to bytes: inout [UInt8]) {
  numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
}

/// Numbers as they lie in a file.
func numbers<Number>(_ bytes: ArraySlice<UInt8>, as type: Number.Type) -> [Number] {
  bytes.withUnsafeBytes { raw in
    let count = raw.count / MemoryLayout<Number>.stride
    return [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: raw[..<(count * MemoryLayout<Number>.stride)]))
      initialized = count
    }
  }
}
