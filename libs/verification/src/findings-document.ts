/** findings.json, as `san` writes it: everything that one run found. The twin of tools/san/findings.schema.json. */
import { z } from 'zod';

const count = z.int().nonnegative();
const texts = z.array(z.string());

const frame = z.strictObject({
  index: count,
  function: z.string().optional(),
  file: z.string().optional(),
  line: count.optional(),
  column: count.optional(),
  module: z.string().optional(),
  offset: z.string().optional(),
  build: z.string().optional(),
});

const finding = z.strictObject({
  sanitizer: z.string(),
  kind: z.string(),
  message: z.string(),
  complete: z.boolean(),
  pid: count.optional(),
  stacks: z.array(z.strictObject({ title: z.string(), thread: z.string().optional(), frames: z.array(frame) })),
  notes: texts,
  summary: z.string().optional(),
});

const entry = z.strictObject({
  id: z.string().regex(/^san1:[0-9a-f]{12}$/),
  owner: z.strictObject({
    kind: z.enum(['harness', 'yours', 'reached', 'upstream']),
    dist: z.string(),
    rule: z.int().min(1).max(4),
    reason: z.string(),
  }),
  sites: z.array(z.strictObject({ dist: z.string(), file: z.string(), function: z.string() })),
  finding,
  hits: z.int().positive(),
  counts: z.boolean(),
  state: z.enum(['new', 'known']).optional(),
  tests: texts,
  logs: texts,
  remarks: texts,
  issue: z.string().optional(),
});

/** What is not known is absent; unknown keys are problems. */
export const findingsDocumentSchema = z.strictObject({
  schema: z.literal(1),
  entries: z.array(entry),
  failures: z.array(z.strictObject({ kind: z.enum(['start', 'runtime', 'cut off']), text: z.string() })),
  fail_on: z.enum(['yours', 'reached', 'upstream', 'new']),
  build: z.string().optional(),
  tests: z.strictObject({ ran: count, failed: count, threaded: count }).optional(),
});

export type FindingsDocument = z.infer<typeof findingsDocumentSchema>;
