/** Reads something of each image of the repository, and goes on when one of them cannot be read. */
import { isExpected, UpstreamError } from '@pysan/model';

export interface ReadEach<T> {
  /** What could be read, by image, in their order. */
  readonly values: readonly (readonly [image: string, value: T])[];
  /** Names all of the rest; undefined when there is none. */
  readonly failure: UpstreamError | undefined;
}

/** Only errors of our own kinds are collected. */
export async function readEach<H extends { readonly image: string }, T>(
  repositories: readonly H[],
  read: (holding: H) => Promise<T>,
): Promise<ReadEach<T>> {
  const settled = await Promise.all(repositories.map(async (it) => [it.image, await settle(read(it))] as const));
  const values = settled.flatMap(([image, it]) => ('value' in it ? [[image, it.value] as const] : []));
  const problems = settled.flatMap(([image, it]) => ('problem' in it ? [`${image}: ${it.problem}`] : []));
  const failure =
    problems.length === 0 ? undefined : new UpstreamError(`Some could not be read:\n  ${problems.join('\n  ')}`);
  return { values, failure };
}

async function settle<T>(reading: Promise<T>): Promise<{ value: T } | { problem: string }> {
  try {
    return { value: await reading };
  } catch (error) {
    if (isExpected(error)) {
      return { problem: error.message };
    }
    throw error;
  }
}
