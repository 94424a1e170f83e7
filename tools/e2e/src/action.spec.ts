/** The action for other projects' jobs, by the command that it runs. cpython-tsan 3.13.5t must have been built. */
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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

type Inputs = Readonly<Partial<Record<'image' | 'run' | 'env' | 'options' | 'sarif' | 'fail-on', string>>>;

interface Outcome {
  readonly exitCode: number | undefined;
  readonly all: string;
  readonly outputs: string;
  readonly summary: string;
}

/** Runs the step as GitHub's runner does: the inputs in its environment, the command by bash. */
async function use(inputs: Inputs): Promise<Outcome> {
  const { runs } = parse(await readFile(path.join(root, 'action.yml'), 'utf8')) as Action;
  const [step] = runs.steps;
  const given: Readonly<Record<string, string>> = inputs;
  const variables = Object.entries(step?.env ?? {}).map(([name, value]) => {
    const [, input = ''] = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value) ?? [];
    expect(input).not.toBe('');
    return [name, given[input] ?? ''] as const;
  });
  const files = await mkdtemp(path.join(tmpdir(), 'pysan-step-'));
  const [output, summary] = [path.join(files, 'output'), path.join(files, 'summary')];
  await Promise.all([writeFile(output, ''), writeFile(summary, '')]);
  const env = {
    ...Object.fromEntries(variables),
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_ACTION_PATH: root,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
  };
  const command = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? ''];
  const { exitCode, all } = await execa('bash', command, { env, all: true, reject: false });
  const outcome = { exitCode, all, outputs: await readFile(output, 'utf8'), summary: await readFile(summary, 'utf8') };
  await rm(files, { recursive: true });
  return outcome;
}

const image = 'cpython-tsan:3.13.5t';

it('finds a race in what the job has checked out', async () => {
  const { exitCode, all, outputs } = await use({ image, run: './compile python && python race.py' });
  expect(all).toMatch(/WARNING: ThreadSanitizer: data race[^]*canary\.c/);
  expect(exitCode).toBe(66);
  expect(outputs).toBe('exit-code=66\n');
});

it('hands on what san found: annotations, summary, outputs and SARIF', async () => {
  const run = './compile python && san run --package canary -- python race.py';
  const { exitCode, all, outputs, summary } = await use({ image, run, sarif: 'out/it.sarif', 'fail-on': 'upstream' });
  expect(exitCode).toBe(8);
  expect(all).toMatch(/^::error [^\n]*data race/m);
  expect(summary).toMatch(/^### san: 1 finding counts/);
  expect(outputs).toMatch(/^findings=1\nreport=\.san\/[\d-]+\nexit-code=8\n$/);
  const sarif = JSON.parse(await readFile(path.join(workspace, 'out/it.sarif'), 'utf8')) as { version: string };
  expect(sarif.version).toBe('2.1.0');
});

it('hands variables and options on', async () => {
  const run = 'echo "$GREETING|$TSAN_OPTIONS"';
  const { all } = await use({ image, run, env: 'GREETING=a  b; $(id)\n\nNOT_SET\n', options: 'history_size=7' });
  expect(all).toBe('a  b; $(id)|:history_size=7');
});

it('lets a job pass that has none, and ends at its first failing command', async () => {
  expect(await use({ image, run: 'python -c "print(1 + 1)"\npwd' })).toMatchObject({ exitCode: 0, all: '2\n/work' });
  expect((await use({ image, run: 'false\ntrue' })).exitCode).toBe(1);
});

it.each<Inputs>([
  { env: 'A=1\n--privileged' },
  { env: '-v/:/host' },
  { 'fail-on': 'yours --privileged' },
  { sarif: '../../outside' },
  { sarif: '/etc/passwd' },
  { image: '--privileged' },
])('refuses %j', async (inputs) => {
  const { exitCode, all } = await use({ image, run: 'echo it ran', ...inputs });
  expect(exitCode).toBe(2);
  expect(all).toMatch(/^::error title=pysan::[a-z-]+(?:, line \d)?: expected [^\n]*$/);
});
