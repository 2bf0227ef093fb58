double exp(double x);
float expf(float x);

#ifdef __x86_64__

#include <immintrin.h>
#include <string.h>

// The vector functions of GNU's C library, which its headers offer to a compiler's own loops alone.
// Their names say instruction set (d: AVX2, e: AVX-512), lanes and arguments.
__attribute__((target("avx512f"))) __m512d _ZGVeN8v_exp(__m512d x);
__attribute__((target("avx512f"))) __m512 _ZGVeN16v_expf(__m512 x);
__attribute__((target("avx2"))) __m256d _ZGVdN4v_exp(__m256d x);
__attribute__((target("avx2"))) __m256 _ZGVdN8v_expf(__m256 x);

// x[i] = exp(x[i]) by one function for all entries: the last ones are filled up with zeros.
#define VECTOR_EXPONENTIALS(name, features, scalar, vector, lanes, load, store, function)      \
  __attribute__((target(features))) static void name(scalar *x, long count) {                 \
    for (long i = 0; i < count; i += lanes) {                                                 \
      if (count - i >= lanes) {                                                               \
        store(x + i, function(load(x + i)));                                                  \
      } else {                                                                                \
        scalar rest[lanes] = {0};                                                             \
        memcpy(rest, x + i, (count - i) * sizeof(scalar));                                    \
        store(rest, function(load(rest)));                                                    \
        memcpy(x + i, rest, (count - i) * sizeof(scalar));                                    \
      }                                                                                       \
    }                                                                                         \
  }

VECTOR_EXPONENTIALS(exponentials_avx512, "avx512f", double, __m512d, 8, _mm512_loadu_pd,
                    _mm512_storeu_pd, _ZGVeN8v_exp)
VECTOR_EXPONENTIALS(exponentials_avx512f, "avx512f", float, __m512, 16, _mm512_loadu_ps,
                    _mm512_storeu_ps, _ZGVeN16v_expf)
VECTOR_EXPONENTIALS(exponentials_avx2, "avx2,fma", double, __m256d, 4, _mm256_loadu_pd,
                    _mm256_storeu_pd, _ZGVdN4v_exp)
VECTOR_EXPONENTIALS(exponentials_avx2f, "avx2,fma", float, __m256, 8, _mm256_loadu_ps,
                    _mm256_storeu_ps, _ZGVdN8v_expf)

static inline void exponentials(double *x, long count) {
  if (__builtin_cpu_supports("avx512f")) return exponentials_avx512(x, count);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return exponentials_avx2(x, count);
  for (long i = 0; i < count; i++) x[i] = exp(x[i]);
}

static inline void exponentials_single(float *x, long count) {
  if (__builtin_cpu_supports("avx512f")) return exponentials_avx512f(x, count);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return exponentials_avx2f(x, count);
  for (long i = 0; i < count; i++) x[i] = expf(x[i]);
}

static inline int has_vector_neural_network_instructions(void) {
  return __builtin_cpu_supports("avx512vnni");
}

#else

static inline void exponentials(double *x, long count) {
  for (long i = 0; i < count; i++) x[i] = exp(x[i]);
}

static inline void exponentials_single(float *x, long count) {
  for (long i = 0; i < count; i++) x[i] = expf(x[i]);
}

static inline int has_vector_neural_network_instructions(void) { return 0; }

#endif
