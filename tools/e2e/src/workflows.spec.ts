/** The workflows by the judgement of actionlint and zizmor. Where one cannot be had, that is a failure, and no pass. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execa } from 'execa';

import { fetchGoProgram, fetchPythonProgram } from './other-programs.ts';
import { root } from './pysan.ts';
import { copyRepository, edit, removeCopy } from './repository-copy.ts';

const actionlint = ['github.com/rhysd/actionlint/cmd/actionlint', 'v1.7.12'] as const;
const zizmor = ['zizmor', '1.32.0'] as const;

let copy: string;

beforeAll(async () => {
  copy = await copyRepository();
  // By this actionlint finds the root.
  await execa('git', ['init', '--quiet'], { cwd: copy });
});

afterAll(() => removeCopy(copy));

async function judge(
  program: string,
  args: readonly string[],
  cwd = root,
): Promise<{ exitCode?: number; all: string }> {
  const { exitCode, all } = await execa(program, args, { cwd, all: true, reject: false, env: { NO_COLOR: '1' } });
  return { ...(exitCode === undefined ? {} : { exitCode }), all };
}

async function lint(cwd?: string): Promise<{ exitCode?: number; all: string }> {
  // What else this machine has would make the judgement another one.
  return judge(await fetchGoProgram(...actionlint), ['-no-color', '-shellcheck=', '-pyflakes='], cwd);
}

async function audit(cwd?: string): Promise<{ exitCode?: number; all: string }> {
  return judge(await fetchPythonProgram(...zizmor), ['--offline', '--no-progress', 'action.yml', '.github'], cwd);
}

it('are clean for actionlint', async () => {
  expect(await lint()).toEqual({ exitCode: 0, all: '' });
});

it('are clean for zizmor, which looks at each of them', async () => {
  const { exitCode, all } = await audit();
  expect({ exitCode, all }).toMatchObject({ exitCode: 0, all: expect.stringContaining('No findings to report') });
  for (const file of await readdir(path.join(root, '.github/workflows'))) {
    expect(all).toContain(`.github/workflows/${file}`);
  }
});

it('have nothing above low for an auditor, who is told what others take for granted', async () => {
  const words = ['--offline', '--no-progress', '--persona=auditor', '--min-severity=medium', 'action.yml', '.github'];
  const { exitCode, all } = await judge(await fetchPythonProgram(...zizmor), words);
  expect({ exitCode, all }).toMatchObject({ exitCode: 0, all: expect.stringContaining('No findings to report') });
});

it('would not be, for either, with a flaw', async () => {
  await edit(copy, '.github/workflows/watch.yml', (text) =>
    text.replace('run: ./pysan watch', 'run: echo ${{ github.event.issue.title }}; ./pysan watch'),
  );
  expect(await lint(copy)).toMatchObject({ exitCode: 1, all: expect.stringContaining('potentially untrusted') });
  const audited = await audit(copy);
  expect(audited.exitCode).not.toBe(0);
  expect(audited.all).toContain('template-injection');
});
