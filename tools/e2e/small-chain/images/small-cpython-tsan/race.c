/* Two threads write one variable: `race` without a lock, `race locked` under one. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int locked;
int total;

static void *store(void *value) {
  if (locked)
    pthread_mutex_lock(&lock);
  total = *(int *)value;
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
    pthread_create(&threads[i], 0, store, &values[i]);
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], 0);
  return 0;
}
