/**
 * The proof of an image: which build was verified, and by which checks. The repository keeps the last one of images
 * that are too slow to verify after every change. Pure.
 */
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits');

const proof = z.strictObject({ buildId: sha256, checksHash: sha256 });

/** What `images/<image>/verified.json` holds: the last proof of each Python tag. */
export const proofs = z.record(z.string(), proof);

export type Proof = z.infer<typeof proof>;

/** Why what would be built and checked now is not what was proven; undefined when it is. */
export function findOutdated(recorded: Proof | undefined, now: Proof): string | undefined {
  if (recorded === undefined) {
    return 'it was never recorded as verified';
  }
  if (recorded.buildId !== now.buildId) {
    return `its build id is ${short(now.buildId)}, and ${short(recorded.buildId)} was verified`;
  }
  return recorded.checksHash === now.checksHash ? undefined : 'its checks have changed';
}

function short(id: string): string {
  return id.slice(0, 12);
}
