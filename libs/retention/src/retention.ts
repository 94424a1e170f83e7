/** The policy of `pysan prune`, as `retention.json` holds it. */
import { parseConfig } from '@pysan/versions';
import { z } from 'zod';

export const retentionFile = 'retention.json';

const count = z.int().min(1);

const retentionSchema = z.strictObject({
  /** How long a build stays after its last use: after it was made, or after a tag left it. */
  supersededDays: count,
  /** How long a referrer stays whose subject is not there. It may be on its way. */
  orphanDays: count,
  /** How many of the images that a tag named last stay: the way back of a rollback. */
  promotions: z.strictObject({ release: count, dev: count }),
});

export type Retention = z.infer<typeof retentionSchema>;

/** Parses the text of the policy; a ConfigError lists every problem of it. */
export function parseRetention(file: string, text: string): Retention {
  return parseConfig(retentionSchema, file, text);
}
