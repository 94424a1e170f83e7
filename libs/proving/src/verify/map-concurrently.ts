/** As Promise.all over a map, with a limit of concurrent calls. After a failure it starts no new call, and throws when all have ended. */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      results[index] = await work(item);
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: limit }, () => worker().catch(stop)));
  const failed = workers.find((it) => it.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
  return results;

  function stop(error: unknown): never {
    Array.from(queue);
    throw error;
  }
}
