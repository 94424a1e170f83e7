/** Reads lists from other parties. A malformed entry must not hide the others. A list with only malformed entries is an error. */
import { UpstreamError } from '@pysan/model';
import { z } from 'zod';

export interface Entries<T> {
  readonly entries: readonly T[];
  /** The number of entries without the documented shape. */
  readonly malformed: number;
}

/** The entries of a list that have the documented shape. If none has, throws an UpstreamError that names the source, `where`. */
export function readEntries<T>(where: string, list: unknown, schema: z.ZodType<T>): Entries<T> {
  const parsed = z
    .array(z.unknown())
    .safeParse(list)
    .data?.map((entry) => schema.safeParse(entry));
  const entries = parsed?.flatMap(({ success, data }) => (success ? [data] : []));
  if (parsed === undefined || entries === undefined || (entries.length === 0 && parsed.length > 0)) {
    const cause = parsed?.find(({ error }) => error !== undefined)?.error;
    throw new UpstreamError(`${where} did not answer as documented: ${JSON.stringify(list).slice(0, 80)}`, { cause });
  }
  return { entries, malformed: parsed.length - entries.length };
}
