/* Two threads add to one array: `add` without a lock, `add locked` under one. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int locked;
double sums[4];

static void *add(void *value) {
  if (locked)
    pthread_mutex_lock(&lock);
  for (int i = 0; i < 4; i++)
    sums[i] += *(int *)value;
  if (locked)
    pthread_mutex_unlock(&lock);
  return 0;
}

int main(int count, char **words) {
  int values[] = {1, 2};
  pthread_t threads[2];
  (void)words;
  locked = count > 1;
  for (int i = 0; i < 2; i++)
    pthread_create(&threads[i], 0, add, &values[i]);
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], 0);
  return 0;
}
