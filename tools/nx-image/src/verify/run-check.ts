/** Runs the cases of one check, each in a container as a user would start it. */
import type { runContainer } from '@pysan/engine';
import { type CaseResult, type CheckCase, formatFinding, judge, type Judgement } from '@pysan/verification';

import type { CheckFolder } from './read-checks.ts';
import { withWorkCopy } from './work-copy.ts';

export interface Surroundings {
  /** The image that is verified. */
  readonly reference: string;
  readonly run: typeof runContainer;
  readonly signal?: AbortSignal | undefined;
}

/** The results of a check's cases, in their order. `onResult` is called as each comes in. */
export async function runCheck(
  check: CheckFolder,
  surroundings: Surroundings,
  onResult: (result: CaseResult) => void,
): Promise<CaseResult[]> {
  const empty = (folder: string): Promise<void> => emptyFolder(folder, surroundings);
  return withWorkCopy(check.folder, empty, async (copy) => {
    const results: CaseResult[] = [];
    for (const checkCase of check.cases) {
      const result = await runCase(check.name, checkCase, copy, surroundings);
      results.push(result);
      onResult(result);
    }
    return results;
  });
}

async function runCase(
  check: string,
  checkCase: CheckCase,
  copy: string,
  surroundings: Surroundings,
): Promise<CaseResult> {
  const start = performance.now();
  let tries = 1;
  let judgement = await tryCase(checkCase, copy, surroundings);
  while (judgement.missed && tries < checkCase.tries) {
    tries += 1;
    judgement = await tryCase(checkCase, copy, surroundings);
  }
  const { title, proofs } = checkCase;
  const { verdict, reasons, findings } = judgement;
  const seconds = (performance.now() - start) / 1000;
  return { check, title, proofs, verdict, tries, seconds, reasons, findings: findings.map(formatFinding) };
}

async function tryCase(
  checkCase: CheckCase,
  copy: string,
  { reference, run, signal }: Surroundings,
): Promise<Judgement> {
  signal?.throwIfAborted();
  const { command, user, env, timeoutSeconds } = checkCase;
  const mounts = [{ source: copy, target: '/work' }];
  const container = { image: reference, command, user, env, mounts, workdir: '/work', network: 'none' };
  return judge(checkCase, await run(container, { timeoutSeconds, signal }));
}

// As root of the container, and also after an abort: so without the signal.
async function emptyFolder(folder: string, { reference, run }: Surroundings): Promise<void> {
  const command = ['find', '/work', '-mindepth', '1', '-delete'];
  await run({ image: reference, command, user: '0', mounts: [{ source: folder, target: '/work' }], network: 'none' });
}
