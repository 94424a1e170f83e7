/**
 * Seeded programs: what the recall of an image is measured with. Each holds exactly one race, and its twin does the
 * same work without it.
 */
import { parseConfig } from '@pysan/versions';
import { z } from 'zod';

const text = z.string().min(1);
const whole = z.int().positive();

const programSchema = z.strictObject({
  group: text,
  name: text,
  /** Python that makes what the threads work on. */
  setup: z.string(),
  /** Python that four threads run, `thread` being the number of each. */
  work: text,
  /** How the twin differs: each thread sets up for itself, or works under a lock. */
  twin: z.enum(['separate', 'locked']).default('separate'),
  /** How often each thread does the work in one run. */
  rounds: whole.default(40),
  /** Of one run. */
  timeoutSeconds: whole.default(60),
  /** One of these must be in both stacks of a report that counts. */
  functions: z.array(text).min(1),
  /** Why its race is missed, where that is known. */
  reason: text.optional(),
});

const programsSchema = z.strictObject({
  /** Python that runs once, before any thread: imports, constants. */
  prelude: text,
  programs: z.array(programSchema).min(1),
});

export interface SeededProgram extends z.infer<typeof programSchema> {
  /** The image whose program it is. */
  readonly image: string;
  readonly prelude: string;
}

/** The programs of one image from the text of its programs.json; a ConfigError lists every problem of it. */
export function parsePrograms(image: string, file: string, json: string): readonly SeededProgram[] {
  const { prelude, programs } = parseConfig(programsSchema, file, json);
  return programs.map((program) => ({ image, prelude, ...program }));
}

const runSchema = z.strictObject({
  /** Which program, counted from 0. */
  program: z.int().nonnegative(),
  case: z.enum(['race', 'twin']),
  /** Exit code; below zero the signal that ended it. */
  status: z.int(),
  timedOut: z.boolean(),
  seconds: z.number(),
  /** What it printed, on both streams. */
  output: z.string(),
});

/** One run of a program or of its twin. */
export type ProgramRun = z.infer<typeof runSchema>;

/** A run from a line of the runner, libs/proving/src/recall/run-programs.py. */
export function parseRun(line: string): ProgramRun {
  return parseConfig(runSchema, 'A line of run-programs.py', line);
}
