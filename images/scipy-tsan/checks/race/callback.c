/* What scipy.integrate.quad calls from C, with a seeded race.
 *
 * Threads that are to race meet on a relaxed atomic, which orders nothing, and without the GIL. */
#include <Python.h>
#include <stdatomic.h>

atomic_int expected = 2;
static atomic_int arrived;
static volatile double shared;

static void meet(void) {
  atomic_fetch_add_explicit(&arrived, 1, memory_order_relaxed);
  while (atomic_load_explicit(&arrived, memory_order_relaxed) <
         atomic_load_explicit(&expected, memory_order_relaxed)) {
  }
}

double integrand(int count, double *x) {
  (void)count;
  PyThreadState *state = PyEval_SaveThread();

  meet();
#pragma clang loop unroll(disable)
  for (int i = 0; i < 100; i++) {
    shared = x[0]; /* race */
  }
  PyEval_RestoreThread(state);
  return x[0];
}
