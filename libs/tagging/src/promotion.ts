/**
 * The records of an image's tags. Both kinds are referrers of the image's digest, and are only added. So publishing, rolling back
 * and lifting a hold never need the right to delete.
 */
import { isPlain, oneLine, UpstreamError } from '@pysan/model';
import { z } from 'zod';

import type { TagMove } from './tag-moves.ts';

/** `artifactType` of a promotion record, and media type of its one layer. */
export const promotionType = 'application/vnd.pysan.promotion.v1+json';
/** `artifactType` of a hold record, and media type of its one layer. */
export const holdType = 'application/vnd.pysan.hold.v1+json';

export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hex digits');

// Other programs may have added keys, which are ignored.
const promotionSchema = z.object({
  schemaVersion: z.literal(1),
  /** The digest that the tags were moved to. */
  digest: digestSchema,
  buildId: z.string().refine(isPlain),
  at: z.iso.datetime(),
  by: z.enum(['publish', 'rollback']),
  /** Each with the digest that it named before; null for a new tag. */
  tags: z.array(z.object({ tag: z.string().refine(isPlain), replaced: digestSchema.nullable() })),
});

const holdSchema = z.object({
  schemaVersion: z.literal(1),
  digest: digestSchema,
  /** False in a record that lifts the hold. */
  held: z.boolean(),
  reason: z.string().transform(oneLine),
  at: z.iso.datetime(),
});

export type Promotion = z.infer<typeof promotionSchema>;
export type Hold = z.infer<typeof holdSchema>;

/** The promotion record attached to a digest. Throws an UpstreamError if it is malformed, or about another digest. */
export function readPromotion(subject: string, json: unknown): Promotion {
  return readRecord(promotionSchema, 'promotion', subject, json);
}

/** As readPromotion, for a hold record. */
export function readHold(subject: string, json: unknown): Hold {
  return readRecord(holdSchema, 'hold', subject, json);
}

function readRecord<T extends { digest: string }>(
  schema: z.ZodType<T>,
  name: string,
  subject: string,
  json: unknown,
): T {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    throw new UpstreamError(`A ${name} record of ${subject} cannot be read:\n${z.prettifyError(parsed.error)}`);
  }
  if (parsed.data.digest !== subject) {
    throw new UpstreamError(`A ${name} record of ${subject} is about ${parsed.data.digest}: it was copied there.`);
  }
  return parsed.data;
}

/** The digests on hold, each with the reason. The newest record of each digest counts. */
export function holdsOf(records: readonly Hold[]): ReadonlyMap<string, string> {
  const oldestFirst = records.toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at));
  const newest = new Map(oldestFirst.map((record) => [record.digest, record]));
  return new Map([...newest.values()].filter(({ held }) => held).map(({ digest, reason }) => [digest, reason]));
}

/** The record of the moves of a publication that change something; undefined if none does. */
export function promotionOf(
  moves: readonly TagMove[],
  image: Pick<Promotion, 'digest' | 'buildId' | 'at'>,
): Promotion | undefined {
  const changes = moves.filter(({ from, decision }) => decision.allowed && from?.digest !== image.digest);
  const tags = changes.map(({ tag, from }) => ({ tag: tag.tag, replaced: from?.digest ?? null }));
  return tags.length === 0 ? undefined : { schemaVersion: 1, ...image, by: 'publish', tags };
}
