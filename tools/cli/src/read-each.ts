/** Reads something for each image, and continues when one of them cannot be read. */
import { isExpected, UpstreamError } from '@pysan/model';

export interface ReadEach<T> {
  /** The results by image, in the order of the images. */
  readonly values: readonly (readonly [image: string, value: T])[];
  /** Names all images that could not be read; undefined when there are none. */
  readonly failure: UpstreamError | undefined;
}

/** Collects only pysan's own errors. Others are thrown. */
export async function readEach<H extends { readonly image: string }, T>(
  repositories: readonly H[],
  read: (holding: H) => Promise<T>,
): Promise<ReadEach<T>> {
  const settled = await Promise.all(repositories.map(async (it) => [it.image, await settle(read(it))] as const));
  const values = settled.flatMap(([image, it]) => ('value' in it ? [[image, it.value] as const] : []));
  const problems = settled.flatMap(([image, it]) => ('problem' in it ? [`${image}: ${it.problem}`] : []));
  const failure =
    problems.length === 0 ? undefined : new UpstreamError(`Some images could not be read:\n  ${problems.join('\n  ')}`);
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
