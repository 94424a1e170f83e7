/** Documents of a type among what is attached to an image. Where there may be several, the newest counts. */
import { attach, createdAnnotation, type Manifest, type Referrer, type Repository } from '@pysan/registry';

import { millisecondsOf, timeAfter } from './records.ts';

/** The newest of a type; undefined when there is none. */
export function newestOf(type: string, referrers: readonly Referrer[]): Referrer | undefined {
  const own = referrers.filter(({ artifactType }) => artifactType === type);
  return own.toSorted((left, right) => millisecondsOf(timeOf(left)) - millisecondsOf(timeOf(right))).at(-1);
}

/** Attaches a document to an image as the newest of its type, given what is attached to it by now, and answers the digest of the attachment. */
export async function attachNewest(
  repository: Repository,
  subject: Pick<Manifest, 'digest' | 'mediaType' | 'bytes'>,
  { type, document }: { readonly type: string; readonly document: Buffer },
  { referrers, now }: { readonly referrers: readonly Referrer[]; readonly now: Date },
): Promise<string> {
  const newest = newestOf(type, referrers);
  const at = timeAfter(newest === undefined ? [] : [timeOf(newest)], now);
  return attach(repository, subject, type, document, new Date(at));
}

/** ISO time at which a document was made; empty where it does not say. */
export function timeOf({ annotations }: Referrer): string {
  return annotations[createdAnnotation] ?? '';
}
