// The only file that calls LAPACKE. It uses the `_work` entry points in column-major order: the
// plain ones check for NaN with 32-bit offsets, which overflow from n = 46,341 on.
private import CLAPACKE

/// The LAPACK routines of one scalar type, column-major; each returns LAPACK's `info`.
///
/// Workspaces are passed in: a length of -1 asks for the best one, as in LAPACK.
public struct LAPACKRoutines<Scalar>: Sendable {
  typealias Input = UnsafePointer<Scalar>
  typealias Output = UnsafeMutablePointer<Scalar>
  typealias Integers = UnsafeMutablePointer<Int32>

  /// Lower Cholesky factor of A n × n, in place.
  let potrf: @Sendable (_ n: Int, _ a: Output, _ lda: Int) -> Int
  /// Solves A X = B from the lower Cholesky factor.
  let potrs:
    @Sendable (_ n: Int, _ rightHandSides: Int, _ a: Input, _ lda: Int, _ b: Output, _ ldb: Int)
      -> Int
  /// Lower Cholesky factor of A in rectangular full packed form, in place.
  let pftrf: @Sendable (_ n: Int, _ a: Output) -> Int
  /// Solves A X = B from the factor in rectangular full packed form.
  let pftrs: @Sendable (_ n: Int, _ rightHandSides: Int, _ a: Input, _ b: Output, _ ldb: Int) -> Int
  /// Reciprocal condition estimate from the lower Cholesky factor and the 1-norm of A.
  let pocon:
    @Sendable (
      _ n: Int, _ a: Input, _ lda: Int, _ norm: Scalar, _ reciprocal: Output, _ work: Output,
      _ integerWork: Integers
    ) -> Int
  /// Solves op(T) X = B with T lower triangular.
  let trtrs:
    @Sendable (
      _ transpose: Bool, _ n: Int, _ rightHandSides: Int, _ a: Input, _ lda: Int, _ b: Output,
      _ ldb: Int
    ) -> Int
  /// Reciprocal condition estimate of a lower triangular matrix in the 1-norm.
  let trcon:
    @Sendable (
      _ n: Int, _ a: Input, _ lda: Int, _ reciprocal: Output, _ work: Output,
      _ integerWork: Integers
    ) -> Int
  /// Minimum-norm least squares by divide-and-conquer SVD.
  let gelsd:
    @Sendable (
      _ m: Int, _ n: Int, _ rightHandSides: Int, _ a: Output, _ lda: Int, _ b: Output, _ ldb: Int,
      _ s: Output, _ cutOff: Scalar, _ rank: Integers, _ work: Output, _ lwork: Int,
      _ integerWork: Integers
    ) -> Int
  /// Minimum-norm least squares by a complete orthogonal factorisation; every `pivots` entry starts
  /// at 0.
  let gelsy:
    @Sendable (
      _ m: Int, _ n: Int, _ rightHandSides: Int, _ a: Output, _ lda: Int, _ b: Output, _ ldb: Int,
      _ pivots: Integers, _ cutOff: Scalar, _ rank: Integers, _ work: Output, _ lwork: Int
    ) -> Int
  /// Eigenvalues and eigenvectors of a symmetric matrix given by its lower triangle.
  let syevd:
    @Sendable (
      _ vectors: Bool, _ n: Int, _ a: Output, _ lda: Int, _ w: Output, _ work: Output,
      _ lwork: Int, _ integerWork: Integers, _ liwork: Int
    ) -> Int
  /// Singular values and, if asked, the thin singular vectors.
  let gesdd:
    @Sendable (
      _ vectors: Bool, _ m: Int, _ n: Int, _ a: Output, _ lda: Int, _ s: Output, _ u: Output,
      _ ldu: Int, _ vt: Output, _ ldvt: Int, _ work: Output, _ lwork: Int, _ integerWork: Integers
    ) -> Int
  /// QR factorisation by Householder reflections.
  let geqrf:
    @Sendable (
      _ m: Int, _ n: Int, _ a: Output, _ lda: Int, _ tau: Output, _ work: Output, _ lwork: Int
    ) -> Int
  /// The first k columns of Q from geqrf's reflections.
  let orgqr:
    @Sendable (
      _ m: Int, _ n: Int, _ k: Int, _ a: Output, _ lda: Int, _ tau: Input, _ work: Output,
      _ lwork: Int
    ) -> Int
}

private let columnMajor = LAPACK_COL_MAJOR
private let lower = CChar(UInt8(ascii: "L"))
// The other forms of packed storage compute n (n + 1) in 32 bits.
private let notTransposed = CChar(UInt8(ascii: "N"))
private let nonUnit = CChar(UInt8(ascii: "N"))
private let oneNorm = CChar(UInt8(ascii: "1"))

private func op(_ transpose: Bool) -> CChar { CChar(UInt8(ascii: transpose ? "T" : "N")) }
private func eigenJob(_ vectors: Bool) -> CChar { CChar(UInt8(ascii: vectors ? "V" : "N")) }
private func singularJob(_ vectors: Bool) -> CChar { CChar(UInt8(ascii: vectors ? "S" : "N")) }

extension Double {
  /// LAPACK's double-precision routines.
  public static let lapack = LAPACKRoutines<Double>(
    potrf: { n, a, lda in Int(LAPACKE_dpotrf_work(columnMajor, lower, Int32(n), a, Int32(lda))) },
    potrs: { n, k, a, lda, b, ldb in
      Int(
        LAPACKE_dpotrs_work(
          columnMajor, lower, Int32(n), Int32(k), a, Int32(lda), b, Int32(ldb)))
    },
    pftrf: { n, a in Int(LAPACKE_dpftrf_work(columnMajor, notTransposed, lower, Int32(n), a)) },
    pftrs: { n, k, a, b, ldb in
      Int(
        LAPACKE_dpftrs_work(
          columnMajor, notTransposed, lower, Int32(n), Int32(k), a, b, Int32(ldb)))
    },
    pocon: { n, a, lda, norm, reciprocal, work, integers in
      Int(
        LAPACKE_dpocon_work(
          columnMajor, lower, Int32(n), a, Int32(lda), norm, reciprocal, work, integers))
    },
    trtrs: { t, n, k, a, lda, b, ldb in
      Int(
        LAPACKE_dtrtrs_work(
          columnMajor, lower, op(t), nonUnit, Int32(n), Int32(k), a, Int32(lda), b, Int32(ldb)))
    },
    trcon: { n, a, lda, reciprocal, work, integers in
      Int(
        LAPACKE_dtrcon_work(
          columnMajor, oneNorm, lower, nonUnit, Int32(n), a, Int32(lda), reciprocal, work,
          integers))
    },
    gelsd: { m, n, k, a, lda, b, ldb, s, cutOff, rank, work, lwork, integers in
      Int(
        LAPACKE_dgelsd_work(
          columnMajor, Int32(m), Int32(n), Int32(k), a, Int32(lda), b, Int32(ldb), s, cutOff, rank,
          work, Int32(lwork), integers))
    },
    gelsy: { m, n, k, a, lda, b, ldb, pivots, cutOff, rank, work, lwork in
      Int(
        LAPACKE_dgelsy_work(
          columnMajor, Int32(m), Int32(n), Int32(k), a, Int32(lda), b, Int32(ldb), pivots, cutOff,
          rank, work, Int32(lwork)))
    },
    syevd: { v, n, a, lda, w, work, lwork, integers, liwork in
      Int(
        LAPACKE_dsyevd_work(
          columnMajor, eigenJob(v), lower, Int32(n), a, Int32(lda), w, work, Int32(lwork),
          integers, Int32(liwork)))
    },
    gesdd: { v, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, integers in
      Int(
        LAPACKE_dgesdd_work(
          columnMajor, singularJob(v), Int32(m), Int32(n), a, Int32(lda), s, u, Int32(ldu), vt,
          Int32(ldvt), work, Int32(lwork), integers))
    },
    geqrf: { m, n, a, lda, tau, work, lwork in
      Int(
        LAPACKE_dgeqrf_work(
          columnMajor, Int32(m), Int32(n), a, Int32(lda), tau, work, Int32(lwork)))
    },
    orgqr: { m, n, k, a, lda, tau, work, lwork in
      Int(
        LAPACKE_dorgqr_work(
          columnMajor, Int32(m), Int32(n), Int32(k), a, Int32(lda), tau, work, Int32(lwork)))
    })
}

extension Float {
  /// LAPACK's single-precision routines.
  public static let lapack = LAPACKRoutines<Float>(
    potrf: { n, a, lda in Int(LAPACKE_spotrf_work(columnMajor, lower, Int32(n), a, Int32(lda))) },
    potrs: { n, k, a, lda, b, ldb in
      Int(
        LAPACKE_spotrs_work(
          columnMajor, lower, Int32(n), Int32(k), a, Int32(lda), b, Int32(ldb)))
    },
    pftrf: { n, a in Int(LAPACKE_spftrf_work(columnMajor, notTransposed, lower, Int32(n), a)) },
    pftrs: { n, k, a, b, ldb in
      Int(
        LAPACKE_spftrs_work(
          columnMajor, notTransposed, lower, Int32(n), Int32(k), a, b, Int32(ldb)))
    },
    pocon: { n, a, lda, norm, reciprocal, work, integers in
      Int(
        LAPACKE_spocon_work(
          columnMajor, lower, Int32(n), a, Int32(lda), norm, reciprocal, work, integers))
    },
    trtrs: { t, n, k, a, lda, b, ldb in
      Int(
        LAPACKE_strtrs_work(
          columnMajor, lower, op(t), nonUnit, Int32(n), Int32(k), a, Int32(lda), b, Int32(ldb)))
    },
    trcon: { n, a, lda, reciprocal, work, integers in
      Int(
        LAPACKE_strcon_work(
          columnMajor, oneNorm, lower, nonUnit, Int32(n), a, Int32(lda), reciprocal, work,
          integers))
    },
    gelsd: { m, n, k, a, lda, b, ldb, s, cutOff, rank, work, lwork, integers in
      Int(
        LAPACKE_sgelsd_work(
          columnMajor, Int32(m), Int32(n), Int32(k), a, Int32(lda), b, Int32(ldb), s, cutOff, rank,
          work, Int32(lwork), integers))
    },
    gelsy: { m, n, k, a, lda, b, ldb, pivots, cutOff, rank, work, lwork in
      Int(
        LAPACKE_sgelsy_work(
          columnMajor, Int32(m), Int32(n), Int32(k), a, Int32(lda), b, Int32(ldb), pivots, cutOff,
          rank, work, Int32(lwork)))
    },
    syevd: { v, n, a, lda, w, work, lwork, integers, liwork in
      Int(
        LAPACKE_ssyevd_work(
          columnMajor, eigenJob(v), lower, Int32(n), a, Int32(lda), w, work, Int32(lwork),
          integers, Int32(liwork)))
    },
    gesdd: { v, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, integers in
      Int(
        LAPACKE_sgesdd_work(
          columnMajor, singularJob(v), Int32(m), Int32(n), a, Int32(lda), s, u, Int32(ldu), vt,
          Int32(ldvt), work, Int32(lwork), integers))
    },
    geqrf: { m, n, a, lda, tau, work, lwork in
      Int(
        LAPACKE_sgeqrf_work(
          columnMajor, Int32(m), Int32(n), a, Int32(lda), tau, work, Int32(lwork)))
    },
    orgqr: { m, n, k, a, lda, tau, work, lwork in
      Int(
        LAPACKE_sorgqr_work(
          columnMajor, Int32(m), Int32(n), Int32(k), a, Int32(lda), tau, work, Int32(lwork)))
    })
}
