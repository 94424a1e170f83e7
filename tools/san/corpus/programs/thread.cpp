// Seeded programs for ThreadSanitizer: `thread KIND` has the one fault of that name.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <vector>

static int counter;
static int neighbour;
char buffer[64];
static std::atomic<int> ready;
static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t barrier;

using Body = void *(*)(void *);

static void both(Body left, Body right, void *argument) {
  pthread_t threads[2];
  pthread_create(&threads[0], nullptr, left, argument);
  pthread_create(&threads[1], nullptr, right, argument);
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
}

__attribute__((noinline)) static void bump(int *value) { ++*value; }

static void *write_global(void *) { bump(&counter); return nullptr; }
static void *write_neighbour(void *) { ++neighbour; return nullptr; }
static void *read_global(void *) { if (counter == 7) puts("seven"); return nullptr; }
static void *write_heap(void *at) { bump(static_cast<int *>(at)); return nullptr; }
static void *store_atomic(void *at) { __atomic_store_n(static_cast<int *>(at), 1, __ATOMIC_SEQ_CST); return nullptr; }
static void *copy(void *) { memcpy(buffer, getenv("PATH"), 16); return nullptr; }
static void *locked(void *at) { pthread_mutex_lock(&first); bump(static_cast<int *>(at)); pthread_mutex_unlock(&first); return nullptr; }

static void *lock_forwards(void *) {
  pthread_mutex_lock(&first); pthread_mutex_lock(&second);
  pthread_mutex_unlock(&second); pthread_mutex_unlock(&first);
  return nullptr;
}
static void *lock_backwards(void *) {
  pthread_mutex_lock(&second); pthread_mutex_lock(&first);
  pthread_mutex_unlock(&first); pthread_mutex_unlock(&second);
  return nullptr;
}

struct Shape {
  virtual ~Shape() { pthread_barrier_wait(&barrier); usleep(100000); }
  virtual void draw() { puts("shape"); }
};
struct Circle : Shape {
  void draw() override { puts("circle"); }
};
static void *destroy(void *at) { delete static_cast<Shape *>(at); return nullptr; }
static void *draw(void *at) { pthread_barrier_wait(&barrier); static_cast<Shape *>(at)->draw(); return nullptr; }

namespace outer {
template <typename Value> struct Cache {
  Value total = {};
  __attribute__((noinline)) void add(const std::string &key, const std::vector<Value> &more) { total += key.size() + more.size(); }
};
}
static void *fill(void *at) { static_cast<outer::Cache<int> *>(at)->add("a key", {1, 2}); return nullptr; }

static void *close_file(void *at) { close(*static_cast<int *>(at)); return nullptr; }
static void *write_file(void *at) { return write(*static_cast<int *>(at), "x", 1) == 1 ? nullptr : at; }
static void on_signal(int) { free(malloc(64)); }
static void on_signal_errno(int) { errno = 7; }
static void *sleepy(void *) { sleep(1); bump(&counter); return nullptr; }
static void *release(void *at) { free(at); return nullptr; }

static void signal_with(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigaction(SIGALRM, &action, nullptr);
  alarm(1);
  sleep(3);
}

int main(int, char **argv) {
  std::string kind = argv[1];
  pthread_barrier_init(&barrier, nullptr, 2);
  if (kind == "global") both(write_global, write_global, nullptr);
  if (kind == "read") both(write_global, read_global, nullptr);
  if (kind == "two") { both(write_global, write_global, nullptr); both(write_neighbour, write_neighbour, nullptr); }
  if (kind == "heap") both(write_heap, write_heap, calloc(4, sizeof(int)));
  if (kind == "atomic") both(store_atomic, write_heap, calloc(1, sizeof(int)));
  if (kind == "stack") { int local = 0; both(write_heap, write_heap, &local); }
  if (kind == "memcpy") both(copy, copy, nullptr);
  if (kind == "mutex") both(locked, write_heap, calloc(1, sizeof(int)));
  if (kind == "main") { pthread_t it; pthread_create(&it, nullptr, write_global, nullptr); bump(&counter); pthread_join(it, nullptr); }
  if (kind == "sleep") { pthread_t it; pthread_create(&it, nullptr, sleepy, nullptr); bump(&counter); sleep(2); pthread_join(it, nullptr); }
  if (kind == "vptr") both(destroy, draw, new Circle);
  if (kind == "template") both(fill, fill, new outer::Cache<int>);
  if (kind == "file") { int file = open("/dev/null", O_WRONLY); both(write_file, close_file, &file); }
  if (kind == "use-after-free") { auto *at = static_cast<int *>(malloc(4)); free(at); bump(at); }
  if (kind == "free") both(write_heap, release, malloc(4));
  if (kind == "deadlock") { lock_forwards(nullptr); lock_backwards(nullptr); }
  if (kind == "thread-leak") { pthread_t it; pthread_create(&it, nullptr, write_global, nullptr); sleep(1); }
  if (kind == "signal") signal_with(on_signal);
  if (kind == "errno") signal_with(on_signal_errno);
  if (kind == "unlock") { pthread_mutex_unlock(&first); }
  if (kind == "destroy-locked") { pthread_mutex_t it; pthread_mutex_init(&it, nullptr); pthread_mutex_lock(&it); pthread_mutex_destroy(&it); }
  if (kind == "crash") { bump(reinterpret_cast<int *>(8)); }
  if (kind == "named") { pthread_t it; pthread_create(&it, nullptr, sleepy, nullptr); pthread_setname_np(it, "a worker"); bump(&counter); pthread_join(it, nullptr); }
  return 0;
}
