/**
 * Plans a rollback: the digests that tags go back to, by the promotion records, and the hold on the digest that they leave. Pure,
 * except for the reader that it gets.
 *
 * A record of a publication says what a tag named before. A record of a rollback does not count, because it replaced the digest
 * that the tag left. So a tag that is rolled back twice goes further back, never forwards.
 */
import { type BuildId, UpstreamError, UsageError } from '@pysan/model';

import { type Hold, holdsOf, type Promotion } from './promotion.ts';

/** A published image, by its records. */
export interface Recorded {
  readonly buildId: BuildId;
  readonly promotions: readonly Promotion[];
  readonly holds: readonly Hold[];
}

/** Undefined for a removed digest. Throws if that cannot be told. It may be called for a digest more than once. */
export type RecordReader = (digest: string) => Promise<Recorded | undefined>;

export interface RollbackRequest {
  readonly tag: string;
  /** The digest that each tag of the repository names now. */
  readonly named: ReadonlyMap<string, string>;
  /** The reason, for people who see the hold. */
  readonly reason: string;
  /** ISO time of the records. */
  readonly at: string;
}

/** The hold and the promotions must be attached before the first tag moves. */
export interface Rollback {
  /** The digest that the tags leave. */
  readonly from: string;
  /** Absent if it is already on hold. */
  readonly hold?: Hold;
  /** One for each digest that tags go back to. */
  readonly promotions: readonly Promotion[];
  /** In this order. The requested tag comes last, so that the same command finishes an interrupted rollback. */
  readonly moves: readonly { readonly tag: string; readonly to: string }[];
  /** Tags that name that digest and cannot go back. */
  readonly left: readonly { readonly tag: string; readonly reason: string }[];
}

/**
 * Moves a tag back to the last digest that it named before and that is not on hold, with all other tags that were moved to the
 * digest that it leaves and are still there. Throws a UsageError if the tag cannot go back.
 */
export async function planRollback(request: RollbackRequest, read: RecordReader): Promise<Rollback> {
  const { tag, named } = request;
  const from = named.get(tag) ?? misused(`There is no tag ${tag} to roll back.`);
  const image = (await read(from)) ?? lost(`${tag} names ${from}, but the registry does not have it.`);
  const ways = await Promise.all(
    [...companionsOf(tag, from, image, named), tag].map((name) =>
      findWay({ tag: name, from, digest: from, image }, read),
    ),
  );
  const moves = ways.filter((way) => 'to' in way);
  const left = ways.filter((way) => 'reason' in way);
  const obstacle = left.find((way) => way.tag === tag);
  if (obstacle !== undefined) {
    throw new UsageError(`${tag} cannot go back: ${obstacle.reason}.`);
  }
  return {
    from,
    ...holdOn(from, image, request),
    promotions: recordsOf(moves, from, request.at),
    moves: moves.map(({ tag: name, to }) => ({ tag: name, to })),
    left: left.map((way) => ({ tag: way.tag, reason: `cannot go back: ${way.reason}; it stays as it is` })),
  };
}

/**
 * The digest that a tag left in a rollback to this image, if nothing was published to the tag since. Then the same rollback has
 * nothing left to do. Undefined if the tag moved to the image in another way.
 */
export function rolledBackFrom(tag: string, { promotions }: Pick<Recorded, 'promotions'>): string | undefined {
  const own = promotions.filter(({ tags }) => tags.some((entry) => entry.tag === tag));
  const last = own.toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at)).at(-1);
  return last?.by === 'rollback' ? (last.tags.find((entry) => entry.tag === tag)?.replaced ?? undefined) : undefined;
}

function misused(message: string): never {
  throw new UsageError(message);
}

function lost(message: string): never {
  throw new UpstreamError(message);
}

// All records count, not only the newest: a publication that was interrupted and run again has left several.
function companionsOf(tag: string, from: string, image: Recorded, named: RollbackRequest['named']): string[] {
  const moved = image.promotions.flatMap(({ tags }) => tags.map((entry) => entry.tag));
  return [...new Set(moved)].filter((name) => name !== tag && named.get(name) === from);
}

interface Step {
  readonly tag: string;
  /** The digest that the tag leaves. */
  readonly from: string;
  /** The digest that the search has reached. */
  readonly digest: string;
  readonly image: Recorded;
  /** Only promotions before this time count, in milliseconds since 1970: a digest that was published twice must not cause a cycle. */
  readonly before?: number;
}

interface Way {
  readonly tag: string;
  readonly to: string;
  readonly buildId: BuildId;
}

async function findWay(step: Step, read: RecordReader): Promise<Way | { tag: string; reason: string }> {
  const { tag, from, digest } = step;
  const last = lastPublication(step);
  if (last === undefined) {
    return { tag, reason: `no promotion record says what it named before ${digest}` };
  }
  if (last.replaced === null) {
    return { tag, reason: `there was nothing before ${digest}` };
  }
  const image = await read(last.replaced);
  if (image === undefined) {
    return { tag, reason: `${last.replaced}, which it named before ${digest}, is gone` };
  }
  return last.replaced === from || holdsOf(image.holds).has(last.replaced)
    ? findWay({ tag, from, digest: last.replaced, image, before: last.at }, read)
    : { tag, to: last.replaced, buildId: image.buildId };
}

/** The newest publication of a tag to a digest, and what it replaced. */
function lastPublication({ tag, digest, image, before = Infinity }: Step) {
  const entries = image.promotions
    .filter(({ by }) => by === 'publish')
    .flatMap(({ at, tags }) => tags.map((entry) => ({ ...entry, at: Date.parse(at) })))
    .filter((entry) => entry.tag === tag && entry.replaced !== digest && entry.at < before);
  return entries.toSorted((left, right) => right.at - left.at)[0];
}

function holdOn(digest: string, image: Recorded, { reason, at }: RollbackRequest): { hold?: Hold } {
  return holdsOf(image.holds).has(digest) ? {} : { hold: { schemaVersion: 1, digest, held: true, reason, at } };
}

function recordsOf(moves: readonly Way[], from: string, at: string): Promotion[] {
  const images = new Map(moves.map(({ to, buildId }) => [to, buildId]));
  return [...images].map(([digest, buildId]) => ({
    schemaVersion: 1,
    digest,
    buildId,
    at,
    by: 'rollback',
    tags: moves.filter(({ to }) => to === digest).map(({ tag }) => ({ tag, replaced: from })),
  }));
}
