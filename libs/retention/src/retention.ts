/** The policy of `pysan prune` in `retention.json`. */
import { parseConfig } from '@pysan/versions';
import { z } from 'zod';

export const retentionFile = 'retention.json';

const count = z.int().min(1);

const retentionSchema = z.strictObject({
  /** How long a build is kept after its last use: its creation, or the last tag that left it. */
  supersededDays: count,
  /** How long a referrer without its subject is kept. The subject may still be uploaded. */
  orphanDays: count,
  /** How many of the images that a tag named last are kept, for rollbacks. */
  promotions: z.strictObject({ release: count, dev: count }),
});

export type Retention = z.infer<typeof retentionSchema>;

/** Parses the text of the policy. Throws a ConfigError that lists every problem. */
export function parseRetention(file: string, text: string): Retention {
  return parseConfig(retentionSchema, file, text);
}
