/* Twenty functions, each with a race of its own on a static of its own; each call takes less than a microsecond. */
#include <string.h>

struct pair { long first, second; };

#define COUNT(n) static long count_##n; void short_##n(void) { count_##n++; }
#define SWAP(n) static struct pair pair_##n; \
  void short_##n(void) { long kept = pair_##n.first; pair_##n.first = pair_##n.second + 1; pair_##n.second = kept; }
#define FILL(n) static char line_##n[32]; void short_##n(void) { memset(line_##n, line_##n[0] + 1, sizeof line_##n); }
#define ONCE(n) static int ready_##n; static long made_##n; \
  void short_##n(void) { if (!ready_##n) { made_##n = 42; ready_##n = 1; } else { made_##n++; } }
#define PUSH(n) static long stack_##n[4096]; static int top_##n; \
  void short_##n(void) { if (top_##n < 4096) stack_##n[top_##n++] = 1; }

COUNT(0) COUNT(1) COUNT(2) COUNT(3)
SWAP(4) SWAP(5) SWAP(6) SWAP(7)
FILL(8) FILL(9) FILL(10) FILL(11)
ONCE(12) ONCE(13) ONCE(14) ONCE(15)
PUSH(16) PUSH(17) PUSH(18) PUSH(19)
