/** Runs one Nx task and shows its output immediately, with a clock for each running step. */
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

import { EngineError } from '@pysan/model';
import { execa } from 'execa';

import { createStatusLine } from './output/status-line.ts';

export interface NxTask {
  readonly root: string;
  /** `numpy-tsan:build` */
  readonly task: string;
  readonly options: Readonly<Record<string, string | boolean>>;
}

/** Returns the exit code for the user: 0, or 1 for any failure of the task. Throws an EngineError if the checkout is not writable. */
export async function runNxTask({ root, task, options }: NxTask): Promise<0 | 1> {
  await requireWritable(root);
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = execa('nx', ['run', task, ...args, '--outputStyle=stream-without-prefixes'], {
    cwd: root,
    env: nxEnvironment,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
  });
  const unexplained = await showOutput(child.iterable({ from: 'all' }));
  const { exitCode } = await child;
  if (exitCode === 0) {
    return 0;
  }
  if (unexplained !== '') {
    console.error(unexplained);
  }
  return 1;
}

/** Nx keeps its state in the checkout, and tasks write their logs and reports there. Their own errors would not help the user. */
async function requireWritable(root: string): Promise<void> {
  for (const folder of [root, path.join(root, '.nx/workspace-data'), path.join(root, 'dist')]) {
    const refusal = await access(folder, constants.W_OK).catch(
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
    if (refusal !== undefined && refusal !== 'ENOENT') {
      const text = `${folder} cannot be written (${refusal === 'EROFS' ? 'its file system is read-only' : 'permission denied'})`;
      throw new EngineError(`${text}, but builds keep their state and logs there. Use your own checkout.`);
    }
  }
}

// Without this Nx adds its own report to the summary of a run on GitHub. Settings that make Nx start faster are in .env.
const nxEnvironment = { FORCE_COLOR: '0', GITHUB_STEP_SUMMARY: undefined };

/** Returns Nx's own summary if the task did not say what went wrong; otherwise nothing. */
async function showOutput(lines: AsyncIterable<string>): Promise<string> {
  const status = createStatusLine(process.stderr);
  const summary: string[] = [];
  let explained = false;
  for await (const line of lines) {
    if (isNxNoise(line)) {
      continue;
    }
    if (summary.length > 0 || isNxSummary(line)) {
      summary.push(line);
    } else {
      explained ||= line.startsWith('error: ');
      status.print(line);
    }
  }
  status.end();
  return explained ? '' : withoutAdvice(summary).join('\n');
}

/** Nx ends with times and advice about parallel tasks and its cache, which do not apply to these tasks. */
export function withoutAdvice(summary: readonly string[]): readonly string[] {
  const advice = summary.findIndex((line) => /^\s*Run duration:/.test(line));
  return advice === -1 ? summary : summary.slice(0, advice);
}

function isNxSummary(line: string): boolean {
  return /^\s*NX\s/.test(line);
}

function isNxNoise(line: string): boolean {
  return line.trim() === '' || line.startsWith('> nx run ') || /^\s*NX\s.* it depends on:$/.test(line);
}
