/* Two threads store to one variable. They meet on a relaxed atomic, which orders nothing. Yet one run
 * in a hundred finds nothing on a busy machine. */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int arrived;
static volatile int shared;

static void meet(void) {
  atomic_fetch_add_explicit(&arrived, 1, memory_order_relaxed);
  while (atomic_load_explicit(&arrived, memory_order_relaxed) < 2) {
  }
}

static void *store(void *unused) {
  (void)unused;
  meet();
#pragma clang loop unroll(disable)
  for (int i = 0; i < 100; i++) {
    shared = i; /* race */
  }
  return NULL;
}

int main(void) {
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) {
    pthread_create(&threads[i], NULL, store, NULL);
  }
  for (int i = 0; i < 2; i++) {
    pthread_join(threads[i], NULL);
  }
  return 0;
}
