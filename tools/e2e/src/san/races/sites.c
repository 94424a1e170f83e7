/* Twenty functions, each with one race of its own: two threads meet, unordered, and add to one number. */
#include <stdatomic.h>

#define SITE(n)                                                                \
  static atomic_int here_##n;                                                  \
  static volatile long total_##n;                                              \
  __attribute__((noinline)) void site_##n(void) {                              \
    atomic_fetch_add_explicit(&here_##n, 1, memory_order_relaxed);             \
    while (atomic_load_explicit(&here_##n, memory_order_relaxed) < 2) {        \
    }                                                                          \
    for (int i = 0; i < 300; i++) {                                            \
      total_##n = total_##n + 1;                                               \
    }                                                                          \
  }
SITE(0) SITE(1) SITE(2) SITE(3) SITE(4) SITE(5) SITE(6) SITE(7) SITE(8) SITE(9)
SITE(10) SITE(11) SITE(12) SITE(13) SITE(14) SITE(15) SITE(16) SITE(17) SITE(18) SITE(19)
