/** What the guard says of the public tags of a build, by what each names this moment. Only what is signed keeps a tag. */
import { type Build, UpstreamError } from '@pysan/model';
import { headManifest, type Repository } from '@pysan/registry';
import { type Labelled, movesOf, type Tag, type TagMove } from '@pysan/tagging';

import { readNamed } from './read-named.ts';
import { type ReadSignature, referenceIn } from './signature.ts';

/** A build, its digest if it exists, and its hold, if any. */
export interface Promotable {
  readonly repository: Repository;
  readonly build: Pick<Build, 'python' | 'contents'>;
  readonly digest: string | undefined;
  readonly hold?: string | undefined;
  readonly tags: readonly Tag[];
  readonly readSignature: ReadSignature;
}

/**
 * The decision on each tag, in their order. UpstreamError for a tag whose image is signed and cannot be read, or of which
 * that cannot be told.
 */
export async function readMoves(promotable: Promotable): Promise<readonly TagMove[]> {
  const { build, digest = '', hold, tags } = promotable;
  const named = await readTags(promotable);
  const holds = new Map(hold === undefined ? [] : [[digest, hold]]);
  const decide = (of: readonly Named[]): readonly TagMove[] =>
    movesOf(tags, new Map(of), { to: { ...build, digest }, holds });
  const moves = decide(named);
  const keepers = moves.flatMap(({ from, decision }) => (decision.allowed ? [] : (from?.digest ?? [])));
  return hold === undefined && keepers.length > 0
    ? decide(await markForeign(promotable, named, new Set(keepers)))
    : moves;
}

type Named = readonly [tag: string, image: Labelled];

async function readTags(promotable: Promotable): Promise<readonly Named[]> {
  const named = await Promise.all(
    promotable.tags.map(async ({ tag }) => [tag, await readLabels(promotable, tag)] as const),
  );
  return named.flatMap(([tag, it]) => (it === undefined ? [] : [[tag, it] as const]));
}

/** Sends only one request if the tag already names that digest. */
async function readLabels(promotable: Promotable, tag: string): Promise<Labelled | undefined> {
  const { repository, digest = '' } = promotable;
  const now = await headManifest(repository, tag);
  if (now === undefined || now === digest) {
    return now === undefined ? undefined : { digest, labels: {} };
  }
  try {
    return await readNamed(repository, now);
  } catch (error) {
    const foreign = error instanceof UpstreamError ? await whyForeign(promotable, now) : undefined;
    if (foreign === undefined) {
      throw error;
    }
    return { digest: now, labels: {}, foreign };
  }
}

/** The signature is looked at only where an image would keep a tag: that takes a process for each. */
async function markForeign(
  promotable: Promotable,
  named: readonly Named[],
  keepers: ReadonlySet<string>,
): Promise<readonly Named[]> {
  const reasons = new Map(
    await Promise.all([...keepers].map(async (digest) => [digest, await whyForeign(promotable, digest)] as const)),
  );
  return named.map(([tag, image]) => {
    const foreign = reasons.get(image.digest);
    return [tag, foreign === undefined ? image : { ...image, foreign }];
  });
}

/** Why an image is not this factory's; undefined where it is. */
async function whyForeign({ repository, readSignature }: Promotable, digest: string): Promise<string | undefined> {
  const signature = await readSignature(referenceIn(repository, digest));
  return 'refusal' in signature ? signature.refusal : undefined;
}

/** True for a tag that should move to a digest, and does not name it yet. */
export function isChange({ from, decision }: TagMove, digest: string): boolean {
  return decision.allowed && from?.digest !== digest;
}
