// Seeded programs for AddressSanitizer and LeakSanitizer: `address KIND` has the one fault of that name.
#include <malloc.h>
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

int table[4];
static volatile int sink;
static char *volatile pointer;
static volatile size_t ten = 10;

__attribute__((noinline)) static int load(const int *at) { return *at; }
__attribute__((noinline)) static int recurse(int depth) {
  volatile char large[4096];
  large[depth % 4096] = 1;
  return recurse(depth + 1) + large[0];
}
__attribute__((noinline)) static int *escape() { int local = 3; int *volatile at = &local; return at; }
static void *read_late(void *at) { sink = load(static_cast<int *>(at)); return nullptr; }
struct Node { Node *next; int value; };
__attribute__((noinline)) static void leak_list() {
  auto *head = new Node{new Node{nullptr, 2}, 1};
  sink = head->value;
}
__attribute__((noinline)) static void leak_block() { pointer = static_cast<char *>(malloc(7)); pointer = nullptr; }
struct Base { int value[2]; };
struct Derived : Base { int more[8]; };

int main(int, char **argv) {
  std::string kind = argv[1];
  if (kind == "use-after-free") { int *at = static_cast<int *>(malloc(16)); free(at); sink = load(at + 1); }
  if (kind == "use-after-realloc") { int *at = static_cast<int *>(malloc(16)); int *other = static_cast<int *>(realloc(at, 4096)); sink = load(at); free(other); }
  if (kind == "heap-overflow") { int *at = new int[4]; sink = load(at + 4); }
  if (kind == "heap-write") { char *at = static_cast<char *>(malloc(ten)); at[ten] = 1; pointer = at; }
  if (kind == "stack-overflow") { int local[4] = {}; sink = load(local + ten); }
  if (kind == "global-overflow") sink = load(table + ten - 5);
  if (kind == "stack-return") sink = load(escape());
  if (kind == "scope") { int *at; { int local = 3; at = &local; sink = *at; } sink = load(at); }
  if (kind == "dynamic-stack") { char local[ten]; memset(local, 0, ten); local[ten] = 1; pointer = local; sink = local[ten]; }
  if (kind == "double-free") { char *at = static_cast<char *>(malloc(40)); free(at); free(at); }
  if (kind == "bad-free") free(reinterpret_cast<char *>(malloc(40)) + 8);
  if (kind == "mismatch") { int *at = new int[4]; free(at); }
  if (kind == "size-mismatch") { Base *at = new Derived; delete at; }
  if (kind == "overlap") { char *at = static_cast<char *>(calloc(1, 40)); memcpy(at, at + 4, ten); }
  if (kind == "strcpy-overlap") { char local[40] = "overlapping text"; strcpy(local + 3, local); pointer = local; }
  if (kind == "negative") { char local[40]; memset(local, 0, ten - 12); pointer = local; }
  if (kind == "too-big") pointer = static_cast<char *>(malloc(ten << 60));
  if (kind == "calloc-overflow") pointer = static_cast<char *>(calloc(static_cast<size_t>(-1), ten));
  if (kind == "alignment") pointer = static_cast<char *>(aligned_alloc(3, 8));
  if (kind == "usable-size") sink = static_cast<int>(malloc_usable_size(argv));
  if (kind == "null") sink = load(nullptr);
  if (kind == "wild") sink = load(reinterpret_cast<int *>(ten << 60));
  if (kind == "recursion") sink = recurse(0);
  if (kind == "divide") { volatile int zero = 0; sink = 7 / zero; }
  if (kind == "abort") abort();
  if (kind == "illegal") __builtin_trap();
  if (kind == "bus") { FILE *file = tmpfile(); void *at = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fileno(file), 0); sink = load(static_cast<int *>(at)); }
#if __has_feature(address_sanitizer)
  if (kind == "container") { std::vector<int> it(8); it.reserve(16); __sanitizer_annotate_contiguous_container(it.data(), it.data() + 16, it.data() + 16, it.data() + 8); sink = load(it.data() + 12); }
  if (kind == "bad-annotation") __sanitizer_annotate_contiguous_container(table + 3, table, table, table);
#endif
  if (kind == "poison") { char *at = static_cast<char *>(malloc(64)); ASAN_POISON_MEMORY_REGION(at, 64); sink = at[8]; }
  if (kind == "pointer-pair") { int *left = new int[4], *right = new int[4]; sink = left < right; delete[] left; delete[] right; }
  if (kind == "thread") { int *at = static_cast<int *>(malloc(16)); free(at); pthread_t it; pthread_create(&it, nullptr, read_late, at); pthread_join(it, nullptr); }
  if (kind == "leak") { leak_block(); }
  if (kind == "leak-list") { leak_list(); leak_block(); }
  if (kind == "two") { int *at = static_cast<int *>(malloc(16)); free(at); sink = load(at); sink = load(table + ten - 5); }
  return 0;
}
