// A seeded program for MemorySanitizer: a kind of report that `san` reads without knowing it.
#include <stdio.h>
#include <stdlib.h>

int main() {
  int *value = static_cast<int *>(malloc(4));
  if (*value == 3) puts("three");
  free(value);
  return 0;
}
