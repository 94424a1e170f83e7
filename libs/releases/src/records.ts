/** Reads the records attached to an image, and attaches new ones. */
import {
  attach,
  describe,
  listReferrers,
  type Manifest,
  parseJson,
  readAttachment,
  type Referrer,
  type Repository,
} from '@pysan/registry';
import { type Hold, holdsOf, holdType, type Promotion, promotionType, readHold, readPromotion } from '@pysan/tagging';

export interface Records {
  readonly promotions: readonly Promotion[];
  readonly holds: readonly Hold[];
  /** The reason of its hold, if it is on hold. */
  readonly hold?: string;
  /** All attachments, including these records. */
  readonly referrers: readonly Referrer[];
}

/** The records of a digest. Throws an UpstreamError if one of them cannot be read: it might be the one that counts. */
export async function readRecords(repository: Repository, digest: string): Promise<Records> {
  const referrers = await listReferrers(repository, digest);
  const [promotions, holds] = await Promise.all([
    readAll(repository, referrers, promotionType, (json) => readPromotion(digest, json)),
    readHolds(repository, digest, referrers),
  ]);
  const hold = holdsOf(holds).get(digest);
  return { promotions, holds, ...(hold === undefined ? {} : { hold }), referrers };
}

/** The hold records among the attachments of a digest. */
export function readHolds(repository: Repository, digest: string, referrers: readonly Referrer[]): Promise<Hold[]> {
  return readAll(repository, referrers, holdType, (json) => readHold(digest, json));
}

function readAll<T>(
  repository: Repository,
  referrers: readonly Referrer[],
  type: string,
  read: (json: unknown) => T,
): Promise<T[]> {
  const own = referrers.filter(({ artifactType }) => artifactType === type);
  return Promise.all(own.map(async (it) => read(parseJson(await readAttachment(repository, it)))));
}

/** Attaches a promotion or hold record to its image. Returns the digest of the attachment. */
export async function attachRecord(
  repository: Repository,
  subject: Pick<Manifest, 'digest' | 'mediaType' | 'bytes'>,
  record: Promotion | Hold,
): Promise<string> {
  if (record.digest !== subject.digest) {
    throw new Error(`A record of ${record.digest} was to be attached to ${describe(repository, subject.digest)}.`);
  }
  const type = 'held' in record ? holdType : promotionType;
  return attach(repository, subject, type, Buffer.from(JSON.stringify(record)), new Date(record.at));
}

/** The newest record counts, so a new one must not be older than the existing ones, whichever clock made them. */
export function timeAfter(times: readonly string[], now: Date): string {
  const newest = Math.max(now.getTime(), ...times.map((it) => millisecondsOf(it) + 1));
  return new Date(Math.min(newest, Date.parse('9999-12-31T23:59:59.999Z'))).toISOString();
}

/** An ISO time in milliseconds since 1970; 0 for anything else. No real clock shows a year of more than four digits. */
export function millisecondsOf(time: string): number {
  return /^\d{4}-/.test(time) ? Date.parse(time) || 0 : 0;
}
