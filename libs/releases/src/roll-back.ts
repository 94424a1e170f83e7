/**
 * Rolls tags of a repository back, and lifts holds: reads the records, lets libs/tagging decide, and applies the decision.
 *
 * The records are attached before the first tag moves, and the requested tag moves last. So after an interruption the same
 * command continues. Once it is done, the records say so, and the command does nothing.
 */
import { UpstreamError, UsageError } from '@pysan/model';
import { describe, getManifest, headManifest, type Manifest, type Repository } from '@pysan/registry';
import {
  buildIdLabel,
  type Hold,
  holdsOf,
  planRollback,
  type Recorded,
  type Rollback,
  rolledBackFrom,
} from '@pysan/tagging';

import { moveTag } from './move-tag.ts';
import { readNamed } from './read-named.ts';
import { attachRecord, readRecords, timeAfter } from './records.ts';

export interface RollbackRequest {
  readonly tag: string;
  /** The digest that the tag should leave. Without it, a tag that was already rolled back stays: that was the same request. */
  readonly digest?: string | undefined;
  readonly reason: string;
  readonly now: Date;
}

/** The planned rollback, or the digest that the tag has already left, `done`. */
export type RollbackResult = { readonly plan: Rollback } | { readonly done: string; readonly named: string };

/** Decides on a rollback. Throws a UsageError if the tag cannot go back. Changes nothing. */
export async function readRollback(repository: Repository, request: RollbackRequest): Promise<RollbackResult> {
  const { tag, digest, reason, now } = request;
  const read = rememberingReader(repository);
  const named = await headManifest(repository, tag);
  const image = named === undefined ? undefined : await read(named);
  if (named === undefined || image === undefined) {
    throw new UsageError(`There is no ${describe(repository, `tag ${tag}`)} to roll back.`);
  }
  const left = holdsOf(image.holds).has(named) ? undefined : rolledBackFrom(tag, image);
  if (left !== undefined && left === (digest ?? left)) {
    return { done: left, named };
  }
  if (digest !== undefined && digest !== named) {
    throw new UsageError(`${tag} names ${named}, not ${digest}. Check both before you roll it back further.`);
  }
  const tags = [tag, ...image.promotions.flatMap((it) => it.tags.map((entry) => entry.tag))];
  const plan = await planRollback(
    { tag, named: await readTags(repository, tags), reason, at: timeAfter(image.holds.map(timeOf), now) },
    read,
  );
  return { plan };
}

/** The records of each digest, read once. */
function rememberingReader(repository: Repository): (digest: string) => Promise<Recorded | undefined> {
  const known = new Map<string, Promise<Recorded | undefined>>();
  return (digest) => {
    const found = known.get(digest) ?? readRecorded(repository, digest);
    known.set(digest, found);
    return found;
  };
}

async function readRecorded(repository: Repository, digest: string): Promise<Recorded | undefined> {
  const image = await readNamed(repository, digest);
  if (image === undefined) {
    return undefined;
  }
  const buildId = image.labels[buildIdLabel];
  if (buildId === undefined) {
    throw new UpstreamError(`${describe(repository, digest)} was not built by pysan: it has no label ${buildIdLabel}.`);
  }
  return { buildId, ...(await readRecords(repository, digest)) };
}

async function readTags(repository: Repository, tags: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const named = await Promise.all(
    [...new Set(tags)].map(async (tag) => [tag, await headManifest(repository, tag)] as const),
  );
  return new Map(named.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function timeOf({ at }: Hold): string {
  return at;
}

/** Applies a rollback. If another process moves a tag meanwhile, moves nothing more and throws an UpstreamError. */
export async function applyRollback(repository: Repository, plan: Rollback): Promise<void> {
  if (plan.hold !== undefined) {
    await attachRecord(repository, await requireManifest(repository, plan.from), plan.hold);
  }
  for (const record of plan.promotions) {
    await attachRecord(repository, await requireManifest(repository, record.digest), record);
  }
  for (const { tag, to } of plan.moves) {
    const now = await moveTag(repository, { tag, from: plan.from, to: await requireManifest(repository, to) });
    if (now !== to) {
      throw new UpstreamError(
        `${describe(repository, `the tag ${tag}`)} names ${now ?? 'nothing'}, not ${to}: another process is moving it. Check the tag, and run the command again.`,
      );
    }
  }
}

async function requireManifest(repository: Repository, digest: string): Promise<Manifest> {
  const manifest = await getManifest(repository, digest);
  if (manifest === undefined) {
    throw new UpstreamError(
      `${describe(repository, digest)} is gone since the rollback was planned. Run the command again.`,
    );
  }
  return manifest;
}

/** The record that lifts the hold on an image; undefined without a hold. Throws a UsageError if there is no such image. */
export async function readLift(
  repository: Repository,
  reference: string,
  { reason, now }: Pick<RollbackRequest, 'reason' | 'now'>,
): Promise<Hold | undefined> {
  const digest = await headManifest(repository, reference);
  if (digest === undefined) {
    throw new UsageError(`There is no ${describe(repository, reference)}.`);
  }
  const { hold, holds } = await readRecords(repository, digest);
  return hold === undefined
    ? undefined
    : { schemaVersion: 1, digest, held: false, reason, at: timeAfter(holds.map(timeOf), now) };
}

/** Attaches the record that lifts a hold. */
export async function applyLift(repository: Repository, lift: Hold): Promise<void> {
  await attachRecord(repository, await requireManifest(repository, lift.digest), lift);
}
