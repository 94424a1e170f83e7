// Seeded programs for UndefinedBehaviorSanitizer: `undefined KIND` has the one fault of that name.
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include <string>

static volatile int sink;
static volatile int large = INT_MAX;
static volatile int zero;
static volatile int forty = 40;
static volatile double huge = 1e30;
struct Shape { virtual ~Shape() {} virtual int area() { return 1; } int value = 2; };
struct Other { virtual ~Other() {} virtual int weight() { return 3; } };
enum Colour { red, green };
__attribute__((noinline)) static int take(int *at) __attribute__((nonnull));
static int take(int *at) { return at != nullptr; }
static int plain(int value) { return value; }
__attribute__((returns_nonnull, noinline)) static int *no_null() { return reinterpret_cast<int *>(static_cast<size_t>(zero)); }
__attribute__((noinline)) static int forgotten(int value) { if (value == 0) return 1; if (value == 1) __builtin_unreachable(); return 2; }

int main(int, char **argv) {
  std::string kind = argv[1];
  int four[4] = {1, 2, 3, 4};
  if (kind == "add") sink = large + 1;
  if (kind == "multiply") sink = large * forty;
  if (kind == "negate") { volatile int least = INT_MIN; sink = -least; }
  if (kind == "divide") sink = 7 / zero;
  if (kind == "shift") sink = 1 << forty;
  if (kind == "shift-negative") { volatile int minus = -3; sink = minus << 2; }
  if (kind == "bounds") sink = four[forty];
  if (kind == "null") { Shape *volatile at = nullptr; sink = at->value; }
  if (kind == "misaligned") { char *at = reinterpret_cast<char *>(four) + 1; sink = *reinterpret_cast<int *>(at); }
  if (kind == "bool") { char three = 3; bool it; memcpy(&it, &three, 1); sink = it ? 1 : 0; }
  if (kind == "enum") { int nine = 9; Colour it; memcpy(&it, &nine, sizeof it); sink = it == red; }
  if (kind == "float") sink = static_cast<int>(huge);
  if (kind == "nonnull") sink = take(reinterpret_cast<int *>(static_cast<size_t>(zero)));
  if (kind == "returns-nonnull") sink = no_null() == nullptr;
  if (kind == "unreachable") sink = forgotten(zero + 1);
  if (kind == "function") { auto *it = reinterpret_cast<int (*)(double)>(reinterpret_cast<void *>(plain)); sink = it(1.0); }
  if (kind == "vptr") { Other other; auto *it = reinterpret_cast<Shape *>(&other); sink = it->area(); }
  if (kind == "offset") { char *volatile at = nullptr; at = at + forty; sink = at != nullptr; }
  if (kind == "pointer-overflow") { char *volatile at = reinterpret_cast<char *>(four); at = at + (~size_t{0} - 8); sink = at != nullptr; }
  if (kind == "vla") { volatile int minus = -1; char it[minus]; sink = sizeof it; }
  if (kind == "three") { sink = large + 1; sink = 7 << forty; sink = four[forty]; }
  return 0;
}
