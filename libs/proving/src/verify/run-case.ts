/** Runs one case of a check as a user would: `docker run -v $PWD:/work -w /work`, on a copy of the check's folder. */
import type { runContainer } from '@pysan/engine';
import { type CaseResult, type CheckCase, formatFinding, judge, type Judgement } from '@pysan/verification';

import type { CheckFolder } from './read-checks.ts';
import { withWorkCopy } from './work-copy.ts';

export interface Surroundings {
  /** The verified image. */
  readonly reference: string;
  readonly run: typeof runContainer;
  readonly signal?: AbortSignal | undefined;
}

/** The result of a case. A case that misses its bug runs again, as often as it declares. */
export async function runCase(
  { name, folder }: CheckFolder,
  checkCase: CheckCase,
  surroundings: Surroundings,
): Promise<CaseResult> {
  const start = performance.now();
  let tries = 0;
  let judgement: Judgement;
  do {
    judgement = await tryCase(folder, checkCase, surroundings);
    tries += 1;
  } while (judgement.missed && tries < checkCase.tries);

  const { title, proofs } = checkCase;
  const { verdict, reasons, findings, upstream } = judgement;
  const seconds = (performance.now() - start) / 1000;
  return {
    check: name,
    title,
    proofs,
    verdict,
    tries,
    seconds,
    reasons,
    findings: findings.map(formatFinding),
    upstream,
  };
}

async function tryCase(folder: string, checkCase: CheckCase, surroundings: Surroundings): Promise<Judgement> {
  const { reference, run, signal } = surroundings;
  signal?.throwIfAborted();
  const { command, user, env, timeoutSeconds } = checkCase;
  const empty = (copy: string): Promise<void> => emptyFolder(copy, surroundings);
  return withWorkCopy(folder, empty, async (copy) => {
    const mounts = [{ source: copy, target: '/work' }];
    const container = { image: reference, command, user, env, mounts, workdir: '/work', network: 'none' };
    return judge(checkCase, await run(container, { timeoutSeconds, signal }));
  });
}

// Runs as root of the container, and without the signal, so that it also runs after an abort.
async function emptyFolder(folder: string, { reference, run }: Surroundings): Promise<void> {
  const command = ['find', '/work', '-mindepth', '1', '-delete'];
  await run({ image: reference, command, user: '0', mounts: [{ source: folder, target: '/work' }], network: 'none' });
}
