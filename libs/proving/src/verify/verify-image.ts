/** Verifies one image: runs its checks and those of its ancestors, and makes the report. */
import {
  type CaseResult,
  type CheckCase,
  compareWithKnown,
  findStartFailure,
  type KnownFindings,
  type Report,
  reportOf,
  type StartFailure,
  type Subject,
} from '@pysan/verification';

import { mapConcurrently } from './map-concurrently.ts';
import type { CheckFolder, Checks } from './read-checks.ts';
import { runCase, type Surroundings } from './run-case.ts';

export interface Verification extends Surroundings {
  readonly subject: Subject;
  /** Whether the image's `python` is instrumented. */
  readonly sanitized: boolean;
  readonly checks: Checks;
  /** The known findings in upstream's own code. */
  readonly known: KnownFindings;
  /** Called with each result of a case, in no particular order. */
  readonly onResult: (result: CaseResult) => void;
}

const concurrency = 2;

/** The report of an image's checks. After an abort or an error, no container and no folder is left behind. */
export async function verifyImage(verification: Verification): Promise<Report> {
  const { subject, checks } = verification;
  const start = performance.now();
  const failure = verification.sanitized ? await probeStart(verification) : undefined;
  const cases = checks.folders.flatMap((folder) => folder.cases.map((checkCase) => ({ folder, checkCase })));
  const results = await mapConcurrently(cases, concurrency, async ({ folder, checkCase }) => {
    const result =
      failure === undefined ? await runCase(folder, checkCase, verification) : unstarted(folder, checkCase, failure);
    verification.onResult(result);
    return result;
  });
  const found = results.flatMap(({ upstream }) => upstream);
  const upstream = compareWithKnown(found, verification.known, subject.versions ?? {});
  return reportOf({
    ...subject,
    checksHash: checks.hash,
    seconds: (performance.now() - start) / 1000,
    results,
    upstream,
  });
}

// On a host with too much randomisation, one start in seven still works; measured with 32 bits.
const probe = 'for start in 1 2 3 4 5 6 7 8; do python -c pass || exit; done';

/** If the sanitizer cannot start, no check has to run. */
async function probeStart({ reference, run, signal }: Surroundings): Promise<StartFailure | undefined> {
  const container = { image: reference, command: ['sh', '-c', probe], network: 'none' };
  const { stdout, stderr } = await run(container, { timeoutSeconds: 300, signal });
  return findStartFailure(`${stdout}\n${stderr}`);
}

function unstarted({ name }: CheckFolder, { title, proofs }: CheckCase, failure: StartFailure): CaseResult {
  const reasons = [`the sanitizer could not start: ${failure.message}`, `remedy: ${failure.remedy}`];
  const nothing = { tries: 0, seconds: 0, findings: [], upstream: [] };
  return { check: name, title, proofs, verdict: 'could-not-start', reasons, ...nothing };
}
