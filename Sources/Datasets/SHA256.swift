// The only file that calls OpenSSL's libcrypto.
private import CCrypto

/// A running SHA-256 (FIPS 180-4).
///
/// A class, because libcrypto's context must be freed once.
package final class SHA256 {
  private let context = EVP_MD_CTX_new()

  package init() { check(EVP_DigestInit_ex(context, EVP_sha256(), nil)) }

  deinit { EVP_MD_CTX_free(context) }

  /// Hashes more bytes.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  /// The hash of all bytes so far in hexadecimal; nothing may be hashed after it.
  package func hexadecimal() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    check(EVP_DigestFinal_ex(context, &digest, nil))
    return digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// Libcrypto fails here only when memory runs out or SHA-256 is switched off in its build.
  private func check(_ status: Int32) {
    precondition(status == 1, "libcrypto offers no SHA-256")
  }
}
