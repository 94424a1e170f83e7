/**
 * Moves the public tags to a proven image, if the guard allows it by what they name now. The moves are recorded first, so that
 * a rollback knows what a tag named before, even after an interrupted publication.
 */
import { isDeepStrictEqual } from 'node:util';

import { type Build, UpstreamError } from '@pysan/model';
import { promotionOf, type Tag, type TagMove, versionsIn } from '@pysan/tagging';

import {
  attachRecord,
  isChange,
  moveTag,
  type NamedImage,
  readMoves,
  readRecords,
  type ReadSignature,
  type Records,
  referenceIn,
  type Target,
} from '@pysan/releases';

/** One image, and the public tags that should name it. */
export interface PromotionTask {
  readonly target: Target;
  readonly build: Build;
  readonly image: NamedImage;
  readonly tags: readonly Tag[];
  readonly now: () => Date;
  readonly readSignature: ReadSignature;
}

// Two publications may read and write in turns, so that one decides on a state before the other's write.
const roundsMax = 5;
/** Longer than the gap between another publication's last read of a tag and its write. */
export const settleMs = 1500;

/**
 * Moves all allowed tags, checks them again after a delay, and repairs tags that another process has moved meanwhile. `records`
 * are the present records of the image. Returns the first decision. Throws an UpstreamError if the tags keep moving.
 */
export async function promote(task: PromotionTask, records: Records): Promise<readonly TagMove[]> {
  const { target, image } = task;
  const first = await decide(task, records);
  let changes: readonly TagMove[] = first.filter((move) => isChange(move, image.digest));
  let known = records;
  if (changes.length === 0) {
    return first;
  }
  for (let round = 0; round < roundsMax; round += 1) {
    await apply(task, known, changes);
    await target.repository.registry.timing.sleep(settleMs);
    if ((await findOvertaken(task, known)).length === 0) {
      return first;
    }
    // Another process moves them, perhaps a rollback, which puts the image on hold.
    known = await readRecords(target.repository, image.digest);
    changes = await findOvertaken(task, known);
  }
  throw new UpstreamError(
    `Another publisher is moving the tags of ${target.name}. Run the command again when it has finished.`,
  );
}

function decide(
  { target: { repository }, build, image, tags, readSignature }: PromotionTask,
  { hold }: Records,
): Promise<readonly TagMove[]> {
  return readMoves({ repository, build, digest: image.digest, hold, tags, readSignature });
}

async function findOvertaken(task: PromotionTask, records: Records): Promise<readonly TagMove[]> {
  const changes = (await decide(task, records)).filter((move) => isChange(move, task.image.digest));
  const overtaken = await Promise.all(changes.map((move) => isOvertaken(move, task)));
  return changes.filter((_, index) => overtaken[index] === false);
}

async function apply(task: PromotionTask, records: Records, changes: readonly TagMove[]): Promise<void> {
  if (changes.length > 0) {
    await record(task, records, changes);
    await Promise.all(changes.map((move) => moveOne(task, move)));
  }
}

/** The guard allows either of two images with equal versions. The later one stays, so that two publications agree. */
async function isOvertaken({ from }: TagMove, { image, target, readSignature }: PromotionTask): Promise<boolean> {
  const other = from as NamedImage | undefined;
  const holdTheSame = isDeepStrictEqual(versionsIn(other?.labels ?? {}), versionsIn(image.labels));
  return (
    other !== undefined &&
    holdTheSame &&
    (other.created ?? '') > (image.created ?? '') &&
    !('refusal' in (await readSignature(referenceIn(target.repository, other.digest))))
  );
}

/** An interrupted publication has already left its record. */
async function record(
  { target: { repository }, build, image, now }: PromotionTask,
  { promotions }: Records,
  changes: readonly TagMove[],
): Promise<void> {
  const promotion = promotionOf(changes, { digest: image.digest, buildId: build.id, at: now().toISOString() });
  const known = promotions.flatMap(({ by, tags }) => (by === 'publish' ? tags : []));
  const isKnown = ({ tag, replaced }: { tag: string; replaced: string | null }): boolean =>
    known.some((it) => it.tag === tag && it.replaced === replaced);
  if (promotion !== undefined && !promotion.tags.every(isKnown)) {
    await attachRecord(repository, image.manifest, promotion);
  }
}

async function moveOne({ target, image }: PromotionTask, { tag, from }: TagMove): Promise<void> {
  await moveTag(target.repository, { tag: tag.tag, from: from?.digest, to: image.manifest });
}
