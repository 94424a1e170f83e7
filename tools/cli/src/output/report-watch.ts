/** Reports the results of `pysan watch`: a summary for GitHub, and an error that names all problems. */
import { EngineError, markdownText, ProductError } from '@pysan/model';
import type { TagStatus } from '@pysan/releases';
import { warnOfQuiet } from '@pysan/coordination';
import { execa } from 'execa';

import { appendSummary } from './append-for-github.ts';

export interface Surroundings {
  /** The root of the repository. */
  readonly root: string;
  /** In milliseconds since 1970. */
  readonly now: number;
  /** The file that GitHub shows as the summary of a run. */
  readonly summaryFile: string | undefined;
}

export function formatTagStatus({ image, tag, state, what }: TagStatus): string {
  return `${image}:${tag} ${state}: ${what}`;
}

/** Throws a ProductError if an image is bad or unknown, or if GitHub will soon stop the schedules. */
export async function reportWatch(
  statuses: readonly TagStatus[],
  { root, now, summaryFile }: Surroundings,
): Promise<void> {
  const quiet = warnOfQuiet(await readLastCommit(root), now);
  const bad = statuses.filter(({ state }) => state === 'bad' || state === 'unknown').map(formatTagStatus);
  const lines = [...statuses.map(formatTagStatus), ...(quiet === undefined ? [] : [quiet])];
  await appendSummary(summaryFile, lines.map((line) => `- ${markdownText(line)}\n`).join(''));
  const problems = [...bad, ...(quiet === undefined ? [] : [quiet])];
  if (problems.length > 0) {
    throw new ProductError(`These need attention:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

/** In milliseconds since 1970. */
async function readLastCommit(root: string): Promise<number> {
  const command = ['-c', 'safe.directory=*', 'log', '-1', '--format=%ct'];
  const { code, exitCode, stdout } = await execa('git', command, { cwd: root, reject: false });
  if (exitCode !== 0) {
    const reason = code === 'ENOENT' ? 'git is not installed' : `${root} is not a git checkout`;
    throw new EngineError(`${reason}, so the age of its last commit is not known.`);
  }
  return Number(stdout) * 1000;
}
