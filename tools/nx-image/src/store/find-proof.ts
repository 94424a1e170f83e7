/** The proof of an image: the newest report of a verification that is attached to it. */
import type { Proof } from '@pysan/planning';
import { createdAnnotation, describe, readAttachment, type Referrer, type Repository } from '@pysan/registry';
import { reportType } from '@pysan/verification';

import { readProof } from '../plan/proof.ts';

export interface StoredProof extends Proof {
  /** ISO time of the verification. */
  readonly at: string;
  /** How many cases ran. */
  readonly cases: number;
}

/** Undefined when there is no report among what is attached. UpstreamError when the newest cannot be read. */
export async function findProof(
  repository: Repository,
  referrers: readonly Referrer[],
): Promise<StoredProof | undefined> {
  const reports = referrers.filter(({ artifactType }) => artifactType === reportType);
  const newest = reports.toSorted((left, right) => timeOf(left) - timeOf(right)).at(-1);
  if (newest === undefined) {
    return undefined;
  }
  const text = String(await readAttachment(repository, newest));
  return { ...readProof(describe(repository, newest.digest), text), at: newest.annotations[createdAnnotation] ?? '' };
}

function timeOf({ annotations }: Referrer): number {
  return Date.parse(annotations[createdAnnotation] ?? '') || 0;
}
