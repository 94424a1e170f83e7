/* Threads multiply matrices and solve equations. The argument is what they share: "result", "equations" or nothing. */
#include <cblas.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { size = 100, count = 4, rounds = 10 };

extern void dgesv_(const int *n, const int *columns, double *a, const int *lda, int *pivots, double *b, const int *ldb, int *info);

static double left[size * size], right[size * size], results[count][size * size];
static pthread_barrier_t start, end;
static int is_result_shared, are_equations_shared;

struct equations {
  double factors[4], values[2];
  int pivots[2], info;
};

static int solve(struct equations *it) {
  const int n = 2, columns = 1;
  dgesv_(&n, &columns, it->factors, &n, it->pivots, it->values, &n, &it->info);
  /* What races is to be LAPACK, not who reads its results. */
  return !are_equations_shared && it->info == 0 && it->values[0] == 1 && it->values[1] == 2;
}

static void *multiply(void *number) {
  static const struct equations given = {{2, 0, 0, 4}, {2, 8}, {0, 0}, 0};
  static struct equations shared = {{2, 0, 0, 4}, {2, 8}, {0, 0}, 0};
  double *result = results[is_result_shared ? 0 : (long)number];
  long solved = 0;
  pthread_barrier_wait(&start);
  for (int round = 0; round < rounds; round++) {
    /* Locks on the way of a product would order the threads. */
    if (!are_equations_shared) {
      cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, left, size, right, size, 0, result, size);
    }
    struct equations own = given;
    solved += solve(are_equations_shared ? &shared : &own);
  }
  /* What a thread did that has ended is soon forgotten. The first barrier would order the threads. */
  pthread_barrier_wait(&end);
  return (void *)solved;
}

int main(int argc, char **argv) {
  pthread_t threads[count];
  void *solved;
  long all = 0;
  is_result_shared = argc > 1 && strcmp(argv[1], "result") == 0;
  are_equations_shared = argc > 1 && strcmp(argv[1], "equations") == 0;
  for (int i = 0; i < size * size; i++) {
    left[i] = right[i] = 1;
  }
  pthread_barrier_init(&start, NULL, count);
  pthread_barrier_init(&end, NULL, count);
  for (long i = 0; i < count; i++) {
    pthread_create(&threads[i], NULL, multiply, (void *)i);
  }
  for (int i = 0; i < count; i++) {
    pthread_join(threads[i], &solved);
    all += (long)solved;
  }
  printf("%g %ld\n", results[0][0], all);
  return 0;
}
