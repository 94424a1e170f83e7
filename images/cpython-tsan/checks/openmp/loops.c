/* Loops, sections and tasks that OpenMP spreads over threads, as they may be: and one that races. */
#include <omp.h>

#define COUNT 100

static long by_reduction(void) {
  long sum = 0;
#pragma omp parallel for reduction(+ : sum) schedule(static, 1)
  for (int i = 0; i < COUNT; i++) {
    sum += i;
  }
  return sum;
}

static long by_critical(void) {
  long sum = 0;
#pragma omp parallel for schedule(dynamic)
  for (int i = 0; i < COUNT; i++) {
#pragma omp critical
    sum += i;
  }
  return sum;
}

static long by_atomic(void) {
  long sum = 0;
#pragma omp parallel for schedule(guided)
  for (int i = 0; i < COUNT; i++) {
#pragma omp atomic
    sum += i;
  }
  return sum;
}

static long by_lock(void) {
  long sum = 0;
  omp_lock_t lock;
  omp_init_lock(&lock);
#pragma omp parallel for
  for (int i = 0; i < COUNT; i++) {
    omp_set_lock(&lock);
    sum += i;
    omp_unset_lock(&lock);
  }
  omp_destroy_lock(&lock);
  return sum;
}

/* A barrier lies between two loops, and between the halves of a region. */
static long by_barrier(void) {
  long values[COUNT], sum = 0;
#pragma omp parallel
  {
#pragma omp for
    for (int i = 0; i < COUNT; i++) {
      values[i] = COUNT - 1 - i;
    }
#pragma omp for reduction(+ : sum)
    for (int i = 0; i < COUNT; i++) {
      sum += values[COUNT - 1 - i];
    }
#pragma omp barrier
#pragma omp single
    values[0] = sum;
  }
  return values[0];
}

static long by_ordered(void) {
  long sum = 0;
#pragma omp parallel for ordered
  for (int i = 0; i < COUNT; i++) {
#pragma omp ordered
    sum += i;
  }
  return sum;
}

static long by_sections(void) {
  long low = 0, high = 0;
#pragma omp parallel sections
  {
#pragma omp section
    for (int i = 0; i < COUNT / 2; i++) {
      low += i;
    }
#pragma omp section
    for (int i = COUNT / 2; i < COUNT; i++) {
      high += i;
    }
  }
  return low + high;
}

static long add(long from, long to) {
  if (to - from < 10) {
    long sum = 0;
    for (long i = from; i < to; i++) {
      sum += i;
    }
    return sum;
  }
  long left, right;
#pragma omp task shared(left)
  left = add(from, (from + to) / 2);
#pragma omp task shared(right)
  right = add((from + to) / 2, to);
#pragma omp taskwait
  return left + right;
}

static long by_tasks(void) {
  long sum = 0;
#pragma omp parallel
#pragma omp single
  sum = add(0, COUNT);
  return sum;
}

static long by_dependences(void) {
  long first = 0, second = 0;
#pragma omp parallel
#pragma omp single
  {
#pragma omp task depend(out : first)
    first = add(0, COUNT / 2);
#pragma omp task depend(in : first) depend(out : second)
    second = first + add(COUNT / 2, COUNT);
#pragma omp taskwait
  }
  return second;
}

static long by_nesting(void) {
  long sum = 0;
  omp_set_max_active_levels(2);
#pragma omp parallel for reduction(+ : sum) num_threads(2)
  for (int i = 0; i < 10; i++) {
    long part = 0;
#pragma omp parallel for reduction(+ : part) num_threads(2)
    for (int j = 0; j < 10; j++) {
      part += 10 * i + j;
    }
    sum += part;
  }
  return sum;
}

/* How many of the ten are right. */
int correct(void) {
  long (*all[])(void) = {by_reduction, by_critical, by_atomic, by_lock,         by_barrier,
                         by_ordered,   by_sections, by_tasks,  by_dependences, by_nesting};
  int right = 0;
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    right += all[i]() == COUNT * (COUNT - 1) / 2;
  }
  return right;
}

static volatile long hits;

void race(void) {
#pragma omp parallel for schedule(static, 1)
  for (int i = 0; i < 2000; i++) {
    hits = hits + 1; /* race */
  }
}
