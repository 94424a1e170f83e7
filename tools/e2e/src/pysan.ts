/** Runs `./pysan` as a user does. */
import path from 'node:path';

import { execa } from 'execa';

export const root = path.resolve(import.meta.dirname, '../../..');

export interface PysanResult {
  readonly exitCode: number | undefined;
  /** What it printed, on both streams. */
  readonly output: string;
}

/** Runs a command line of pysan from a checkout of the repository and answers how it ended. */
export async function pysan(args: readonly string[], cwd = root, env: NodeJS.ProcessEnv = {}): Promise<PysanResult> {
  const { exitCode, all } = await execa('./pysan', args, { cwd, env, reject: false, stdin: 'ignore', all: true });
  return { exitCode, output: all };
}
