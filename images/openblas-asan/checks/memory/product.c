/* A product whose result has no room for its last row. */
#include <cblas.h>
#include <stdlib.h>

enum { size = 100 };

int main(void) {
  double *left = calloc(size * size, sizeof *left), *right = calloc(size * size, sizeof *right);
  double *result = calloc(size * (size - 1), sizeof *result);
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, left, size, right, size, 0, result, size);
  free(left);
  free(right);
  free(result);
  return 0;
}
