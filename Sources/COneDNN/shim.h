#include <oneapi/dnnl/dnnl.h>

// oneDNN runs on OpenMP's threads. Loops of ours between its primitives run on the same ones, so
// that no second pool waits for the cores; the compiler of this package has no OpenMP, but these
// entry points of GNU's library are what its pragmas are compiled to.
void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
int omp_get_num_threads(void);
void omp_set_num_threads(int threads);
