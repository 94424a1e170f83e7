/** Workflows run by nektos/act on this machine, without a runner image: their own steps, in a copy of the repository. */
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { execa } from 'execa';

import { fetchGoProgram } from './other-programs.ts';
import type { PysanResult } from './pysan.ts';

/** Makes a repository of a copy. By its commit and remote act knows which one that is. */
export async function initialise(copy: string): Promise<void> {
  await execa('git', ['init', '--quiet', '--initial-branch=main'], { cwd: copy });
  await execa('git', ['remote', 'add', 'origin', 'https://github.com/Acme/pysan'], { cwd: copy });
  // The packages are links here, which .gitignore takes for files.
  await appendFile(path.join(copy, '.git/info/exclude'), 'node_modules\n');
}

/** Commits all that there is, and answers the commit. */
export async function commitAll(copy: string, message: string): Promise<string> {
  const identity = ['-c', 'user.name=pysan', '-c', 'user.email=pysan@example.org'];
  await execa('git', ['add', '--all'], { cwd: copy });
  await execa('git', [...identity, 'commit', '--quiet', `--message=${message}`], { cwd: copy });
  const { stdout } = await execa('git', ['rev-parse', 'HEAD'], { cwd: copy });
  return stdout;
}

interface ActRun {
  readonly copy: string;
  /** For what act keeps. */
  readonly folder: string;
  readonly event: string;
  /** File of .github/workflows. */
  readonly workflow: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a workflow for an event. */
export async function runAct({ copy, folder, event, workflow, args, env = {} }: ActRun): Promise<PysanResult> {
  const act = await fetchGoProgram('github.com/nektos/act', 'v0.2.89');
  const all = [
    event,
    `--workflows=.github/workflows/${workflow}`,
    '--platform=ubuntu-24.04=-self-hosted',
    // node_modules is ignored by git, and needed.
    '--use-gitignore=false',
    '--action-offline-mode',
    ...args,
  ];
  const environment = { XDG_CACHE_HOME: path.join(folder, 'cache'), ...env };
  const options = { cwd: copy, all: true, reject: false, stdin: 'ignore', env: environment } as const;
  const answer = await execa(act, all, options);
  return { exitCode: answer.exitCode, output: stripVTControlCharacters(answer.all) };
}
