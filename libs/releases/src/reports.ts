/** The reports of verifications that are attached to an image. Its proof is the newest, whatever that says. */
import type { Proof } from '@pysan/planning';
import { describe, type Manifest, readAttachment, type Referrer, type Repository } from '@pysan/registry';
import { reportType } from '@pysan/verification';

import { attachNewest, newestOf, timeOf } from './documents.ts';
import { readProof } from './proof.ts';

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
  const newest = newestOf(reportType, referrers);
  if (newest === undefined) {
    return undefined;
  }
  const text = String(await readAttachment(repository, newest));
  return { ...readProof(describe(repository, newest.digest), text), at: timeOf(newest) };
}

/** Attaches a report to an image as its newest, given what is attached to it by now, and answers the digest of the attachment. */
export async function attachReport(
  repository: Repository,
  subject: Pick<Manifest, 'digest' | 'mediaType' | 'bytes'>,
  document: Buffer,
  known: { readonly referrers: readonly Referrer[]; readonly now: Date },
): Promise<string> {
  return attachNewest(repository, subject, { type: reportType, document }, known);
}
