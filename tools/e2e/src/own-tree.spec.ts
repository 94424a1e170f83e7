/**
 * Source trees of the user's own: `--numpy DIR`.
 *
 * @images numpy-tsan 3.13.5t
 * @files tools/cli/src/commands/build.ts tools/cli/src/commands/run.ts tools/nx-image/src/executors/build.ts
 */
import { appendFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspectImage, runContainer, tagImage } from '@pysan/engine';
import { execa } from 'execa';

import { type PysanResult, root } from './pysan.ts';
import { removeReferences } from './references.ts';
import { exportSources, headOf } from './sources.ts';

const local = 'numpy-tsan:3.13.5t-local';
const args = ['build', 'numpy-tsan', '--python', '3.13.5t', '--numpy', './numpy'];

let sources: string;

beforeAll(async () => {
  sources = await exportSources();
});

afterAll(async () => {
  await rm(sources, { recursive: true, maxRetries: 10 });
  await tagImage('numpy-tsan:3.13.5t', 'numpy-tsan:latest');
  await removeReferences(`${local}*`);
});

/** Runs pysan in the folder of the sources, as somebody who works there. */
async function pysanThere(...words: string[]): Promise<PysanResult> {
  const options = { cwd: sources, reject: false, stdin: 'ignore', all: true } as const;
  const { exitCode, all } = await execa(path.join(root, 'pysan'), words, options);
  return { exitCode, output: all };
}

async function idOf(reference: string): Promise<string | undefined> {
  return (await inspectImage(reference))?.id;
}

it('builds what is in the folder, uncommitted changes included, under a tag of its own', async () => {
  const release = await idOf('numpy-tsan:3.13.5t');
  await appendFile(path.join(sources, 'numpy/numpy/__init__.py'), '\nmine = 1\n');
  const { exitCode, output } = await pysanThere(...args);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  const commit = (await headOf(path.join(sources, 'numpy'))).slice(0, 12);
  expect(output).toContain(`numpy: your source tree ${sources}/numpy, commit ${commit} and 1 changed file`);
  expect((await inspectImage(local))?.labels).toMatchObject({
    'org.pysan.local': 'true',
    'org.pysan.python': '3.13.5t',
  });
  expect(await idOf('numpy-tsan:3.13.5t')).toBe(release);
  expect(await idOf('numpy-tsan:3.13t')).not.toBe(await idOf(local));
  expect(await idOf('numpy-tsan:latest')).toBe(await idOf(local));

  const program =
    'import json, numpy; print(json.dumps([numpy.mine, json.load(open("/etc/pysan/passport.json"))["sources"][-1]]))';
  const { stdout } = await runContainer({ image: local, command: ['python', '-c', program], network: 'none' });
  expect(JSON.parse(stdout)).toEqual([1, { name: 'numpy', version: 'local', from: 'local', pinned: false }]);
});

it('runs by its tag', async () => {
  const command = ['python', '-c', 'import numpy; print(numpy.mine)'];
  const answer = await pysanThere('run', 'numpy-tsan', '--python', '3.13.5t-local', '--', ...command);
  expect(answer).toEqual({ exitCode: 0, output: '1' });
});

it('has nothing to do for the same tree, by nx from a folder of the repository too', async () => {
  expect((await pysanThere(...args)).output).toMatch(/^numpy-tsan:3\.13\.5t-local-b\S+ is up to date$/m);
  const cwd = path.join(root, 'docs');
  const folder = path.relative(cwd, path.join(sources, 'numpy'));
  const words = ['nx', 'run', 'numpy-tsan:build', '--python=3.13.5t', `--numpy=${folder}`];
  const { stdout } = await execa('npx', [...words, '--outputStyle=stream-without-prefixes'], { cwd });
  expect(stdout).toMatch(/^numpy-tsan:3\.13\.5t-local-b\S+ is up to date$/m);
});

it('compiles nothing but the one file that was changed', async () => {
  // Not what an earlier run compiled already.
  const line = `\nint npy_mine_${Date.now()} = 1;\n`;
  await appendFile(path.join(sources, 'numpy/numpy/_core/src/multiarray/compiled_base.c'), line);
  const { exitCode, output } = await pysanThere(...args);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  const log = await readFile(path.join(root, 'dist/images/numpy-tsan/3.13.5t-local/build.log'), 'utf8');
  expect(log).toMatch(/ Misses: +1 \/ /);
});

describe('bad input', () => {
  it.each([
    { option: ['--numpy', './absent'], message: /There is no folder \/.*\/absent\./ },
    { option: ['--cpython', './numpy'], message: /\/numpy is the source of numpy, not of cpython\./ },
    {
      option: ['--cpython', './cpython', '--python', '3.14t'],
      message: /The source tree is CPython 3\.13\.5, not 3\.14t\./,
    },
    { option: ['--cpython', 'main'], message: /--cpython main: expected the folder of a source tree/ },
    { option: ['--locked', '--numpy', './numpy'], message: /--locked builds only locked releases/ },
    { option: ['--python', '3.13.5t-local'], message: /"3\.13\.5t-local" is not a Python tag/ },
  ])('$option ends with 2', async ({ option, message }) => {
    const { exitCode, output } = await pysanThere('build', 'numpy-tsan', '--python', '3.13.5t', ...option);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: expect.stringMatching(message) });
    expect(output).not.toMatch(/^\s+at /m);
  });
});
