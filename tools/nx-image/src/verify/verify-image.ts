/** Verifies one image: runs its checks and those of its ancestors, and reports. */
import {
  type CaseResult,
  findStartFailure,
  type Report,
  reportOf,
  type StartFailure,
  type Subject,
} from '@pysan/verification';

import { mapConcurrently } from './map-concurrently.ts';
import type { CheckFolder, Checks } from './read-checks.ts';
import { runCheck, type Surroundings } from './run-check.ts';

export interface Verification extends Surroundings {
  readonly subject: Subject;
  /** Whether `python` of the image is instrumented. */
  readonly sanitized: boolean;
  readonly checks: Checks;
  /** Called as each case comes in, in no particular order. */
  readonly onResult: (result: CaseResult) => void;
}

// Detection hardly depends on load, and a case is as often waiting for a container as computing.
const concurrency = 2;

/** The report of an image's checks. On an abort of the signal, and on an error, no container and no folder stays behind. */
export async function verifyImage(verification: Verification): Promise<Report> {
  const { subject, checks, onResult } = verification;
  const start = performance.now();
  const failure = verification.sanitized ? await probeStart(verification) : undefined;
  const results =
    failure === undefined
      ? await mapConcurrently(checks.folders, concurrency, (check) => runCheck(check, verification, onResult))
      : checks.folders.map((check) => unstarted(check, failure));
  return reportOf(subject, checks.hash, (performance.now() - start) / 1000, results.flat());
}

/** Where nothing at all can start, no check needs to run to say so. */
async function probeStart({ reference, run, signal }: Surroundings): Promise<StartFailure | undefined> {
  const command = ['python', '-c', 'pass'];
  const { stdout, stderr } = await run({ image: reference, command, network: 'none' }, { timeoutSeconds: 60, signal });
  return findStartFailure(`${stdout}\n${stderr}`);
}

function unstarted({ name, cases }: CheckFolder, { message, remedy }: StartFailure): CaseResult[] {
  const reasons = [`the sanitizer could not start: ${message}`, `remedy: ${remedy}`];
  const nothing = { verdict: 'could-not-start', tries: 0, seconds: 0, reasons, findings: [] } as const;
  return cases.map(({ title, proofs }) => ({ check: name, title, proofs, ...nothing }));
}
