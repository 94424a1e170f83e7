/**
 * A check: a folder with programs that hold seeded bugs, and a check.json that says what they must show.
 *
 * Each of its cases runs in a container of its own, on a copy of the folder of its own.
 */
import type { PythonTag } from '@pysan/model';
import { parseConfig } from '@pysan/versions';
import { z } from 'zod';

const pattern = z.string().refine(isPattern, 'expected a regular expression');
const whole = z.int().positive();

const frameSchema = z
  .strictObject({
    /** Name of the function. */
    function: z.string().optional(),
    /** `race.c:14`, or a file alone where upstream's line numbers move. */
    source: z.string().optional(),
    /** The file that the code is in; a prefix, as its name ends with platform and ABI. */
    module: z.string().optional(),
  })
  .refine((frame) => Object.keys(frame).length > 0, 'expected a function, a source or a module');

const findingsSchema = z
  .strictObject({
    min: whole,
    max: whole.optional(),
    kind: z.string(),
    /** A frame that both stacks of a race hold: that of the access, and that of the previous one. */
    inBothStacks: frameSchema.optional(),
    /** Begin of a stack's title, `freed by` or `Direct leak of 1000 byte`, with a frame that this stack holds. */
    inStacks: z.record(z.string().min(1), frameSchema).optional(),
  })
  .refine(({ inBothStacks, inStacks }) => inBothStacks !== undefined || Object.keys(inStacks ?? {}).length > 0, {
    message: 'expected frames, inBothStacks or inStacks',
  });

const expectSchema = z.strictObject({
  exitCode: z.int().min(0).max(255),
  /** A pattern that occurs in what the program prints; `^` and `$` match at lines. */
  stdout: pattern.optional(),
  stderr: z.literal('empty').optional(),
  /** Absent: the sanitizer must find nothing. */
  findings: findingsSchema.optional(),
  /** The program runs much of upstream's own code: what that does is listed, and says nothing about the image. */
  besides: z.literal('upstream').optional(),
});

const caseSchema = z
  .strictObject({
    title: z.string().min(1),
    /** Numbers of the proofs that it is part of. */
    proofs: z.array(whole),
    /** Which Python it counts for; absent: both. */
    flavour: z.enum(['default', 'free-threaded']).optional(),
    /** Program and arguments, run in the container with the copy of the folder as /work. */
    command: z.array(z.string()).min(1),
    /** uid that the container runs as; absent: the image's own. */
    user: z.string().optional(),
    env: z.record(z.string(), z.string()).optional(),
    /** Ends what hangs: on a busy machine a check takes many times its usual seconds. */
    timeoutSeconds: whole.default(600),
    /** Detection is a probability: how often a program runs before its bug counts as missed. */
    tries: whole.default(1),
    expect: expectSchema,
  })
  .refine(({ tries, expect }) => tries === 1 || expect.findings !== undefined, {
    path: ['tries'],
    message: 'only a case that expects findings may be tried again',
  })
  .refine(({ expect }) => expect.besides === undefined || expect.findings === undefined, {
    path: ['expect', 'besides'],
    message: 'a case that expects findings lists those of upstream anyway',
  });

const checkSchema = z.strictObject({ cases: z.array(caseSchema).min(1) });

export type Check = z.infer<typeof checkSchema>;
export type CheckCase = Check['cases'][number];
export type FindingsExpectation = z.infer<typeof findingsSchema>;
export type FrameExpectation = z.infer<typeof frameSchema>;

/** Parses the text of a check.json; a ConfigError lists every problem of it. */
export function parseCheck(file: string, text: string): Check {
  return parseConfig(checkSchema, file, text);
}

/** The cases of a check that count for a Python; those of one flavour do not where there is none. */
export function casesFor({ cases }: Check, python: PythonTag | undefined): readonly CheckCase[] {
  const flavours = [undefined, python && (python.freeThreaded ? 'free-threaded' : 'default')];
  return cases.filter(({ flavour }) => flavours.includes(flavour));
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}
