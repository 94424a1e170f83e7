import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { execa } from 'execa';

import { requireOwnTests } from './record-baseline.ts';

const script = path.join(import.meta.dirname, 'record-runs');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baseline-spec-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function program(name: string, ...lines: string[]): Promise<void> {
  await writeFile(path.join(folder, name), ['#!/usr/bin/env bash', ...lines, ''].join('\n'), { mode: 0o755 });
}

/** Runs the script with a `san` that prints what it records, and with own tests that do as they are told. */
async function record(...tests: string[]) {
  await program('own-tests', 'mkdir -p .san/run', 'echo "{}" >.san/run/findings.json', ...tests);
  await program(
    'san',
    '[[ "$1 $2 $3 $4" == "baseline record --file races.jsonl" ]]',
    'printf "%s\\n" "{$(($# - 4))}" >races.jsonl',
  );
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, OWN_TESTS: path.join(folder, 'own-tests') };
  return execa(script, ['3'], { env, reject: false });
}

it('records all runs together, those with a failed test included', async () => {
  const { exitCode, stdout } = await record('echo "1 failed"; exit 1');
  expect([exitCode, stdout.split('\n')]).toEqual([
    0,
    ['run 1 of 3: 1 failed', 'run 2 of 3: 1 failed', 'run 3 of 3: 1 failed', '{3}'],
  ]);
});

it('ends as a run does that proves nothing, and shows its words', async () => {
  const { exitCode, stdout, stderr } = await record('echo "no test ran"; exit 3');
  expect([exitCode, stdout, stderr]).toEqual([3, '', 'no test ran']);
});

it('wants own tests of the image', async () => {
  await expect(requireOwnTests(folder, 'numpy-asan')).rejects.toThrow('numpy-asan has no images/numpy-asan/own-tests');
  await mkdir(path.join(folder, 'images/numpy-tsan'), { recursive: true });
  const file = path.join(folder, 'images/numpy-tsan/own-tests');
  await writeFile(file, '');
  expect(await requireOwnTests(folder, 'numpy-tsan')).toBe(file);
});
