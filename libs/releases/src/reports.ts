/** The verification reports attached to an image. The newest one is its proof, whatever its verdict. */
import type { Proof } from '@pysan/planning';
import { describe, type Manifest, readAttachment, type Referrer, type Repository } from '@pysan/registry';
import { reportType } from '@pysan/verification';

import { attachNewest, newestOf, timeOf } from './documents.ts';
import { readProof } from './proof.ts';

export interface StoredProof extends Proof {
  /** ISO time of the verification. */
  readonly at: string;
  /** The number of cases. */
  readonly cases: number;
}

/** Undefined if no report is attached. Throws an UpstreamError if the newest cannot be read. */
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

/** Attaches a report to an image as its newest, given its present attachments. Returns the digest of the attachment. */
export async function attachReport(
  repository: Repository,
  subject: Pick<Manifest, 'digest' | 'mediaType' | 'bytes'>,
  document: Buffer,
  known: { readonly referrers: readonly Referrer[]; readonly now: Date },
): Promise<string> {
  return attachNewest(repository, subject, { type: reportType, document }, known);
}
