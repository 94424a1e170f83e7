/** What the guard says of the public tags of a build, by what each names this moment. */
import type { Build } from '@pysan/model';
import { headManifest, type Repository } from '@pysan/registry';
import { type Labelled, movesOf, type Tag, type TagMove } from '@pysan/tagging';

import { readNamed } from './read-named.ts';

/** A build, the digest that it has, if it is there, and why no tag may go to that. */
export interface Promotable {
  readonly repository: Repository;
  readonly build: Pick<Build, 'python' | 'contents'>;
  readonly digest: string | undefined;
  readonly hold?: string | undefined;
  readonly tags: readonly Tag[];
}

/** The decision on each tag, in their order. UpstreamError for a tag whose image cannot be read. */
export async function readMoves({
  repository,
  build,
  digest = '',
  hold,
  tags,
}: Promotable): Promise<readonly TagMove[]> {
  const named = await Promise.all(
    tags.map(async ({ tag }) => [tag, await readLabels(repository, tag, digest)] as const),
  );
  const found = named.flatMap(([tag, it]) => (it === undefined ? [] : [[tag, it] as const]));
  const holds = new Map(hold === undefined ? [] : [[digest, hold]]);
  return movesOf(tags, new Map(found), { to: { ...build, digest }, holds });
}

/** One request where the tag names that digest already. */
async function readLabels(repository: Repository, tag: string, digest: string): Promise<Labelled | undefined> {
  const now = await headManifest(repository, tag);
  return now === digest ? { digest, labels: {} } : now === undefined ? undefined : readNamed(repository, now);
}

/** True for a tag that is to go to a digest, and is not there. */
export function isChange({ from, decision }: TagMove, digest: string): boolean {
  return decision.allowed && from?.digest !== digest;
}
