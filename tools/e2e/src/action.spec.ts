/** The action for other projects' jobs, by the command that it runs. cpython-tsan 3.13.5t must have been built. */
import { chmod, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { parse } from 'yaml';

import { root } from './pysan.ts';

interface Action {
  readonly runs: {
    readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[];
  };
}

const canary = path.join(root, 'images/cpython-tsan/checks/canary');

let workspace: string;

beforeAll(async () => {
  workspace = await mkdtemp(path.join(tmpdir(), 'pysan-action-'));
  for (const file of ['canary.c', 'race.py', 'compile']) {
    await copyFile(path.join(canary, file), path.join(workspace, file));
  }
  await chmod(workspace, 0o755);
});

afterAll(() => rm(workspace, { recursive: true, force: true }));

/** Runs the step as GitHub's runner does: the inputs in its environment, the command by bash. */
async function use(inputs: Readonly<Record<'image' | 'run', string>>): Promise<{ exitCode?: number; all: string }> {
  const { runs } = parse(await readFile(path.join(root, 'action.yml'), 'utf8')) as Action;
  const [step] = runs.steps;
  expect(step?.env).toEqual({ IMAGE: '${{ inputs.image }}', COMMAND: '${{ inputs.run }}' });
  const env = {
    IMAGE: inputs.image,
    COMMAND: inputs.run,
    GITHUB_WORKSPACE: workspace,
    GITHUB_ACTION_PATH: root,
  };
  const command = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? ''];
  const { exitCode, all } = await execa('bash', command, { env, all: true, reject: false });
  return { ...(exitCode === undefined ? {} : { exitCode }), all };
}

const image = 'cpython-tsan:3.13.5t';

it('finds a race in what the job has checked out', async () => {
  const { exitCode, all } = await use({ image, run: './compile python && python race.py' });
  expect(all).toMatch(/WARNING: ThreadSanitizer: data race[^]*canary\.c/);
  expect(exitCode).toBe(66);
});

it('lets a job pass that has none, and ends at its first failing command', async () => {
  expect(await use({ image, run: 'python -c "print(1 + 1)"\npwd' })).toEqual({ exitCode: 0, all: '2\n/work' });
  expect((await use({ image, run: 'false\ntrue' })).exitCode).toBe(1);
});
