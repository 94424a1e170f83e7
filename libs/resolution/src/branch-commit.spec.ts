import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { rememberFirst } from './branch-commit.ts';

let folder: string;
const keys = ['run 1', 'https://git.example/numpy', 'main'];
const ask = (answer: string | undefined) => () => Promise.resolve(answer);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-commits-'));
});

afterEach(() => rm(folder, { recursive: true }));

it('keeps the first answer for one run, and asks again for another', async () => {
  expect(await rememberFirst(folder, keys, ask('first'))).toBe('first');
  expect(await rememberFirst(folder, keys, ask('moved'))).toBe('first');
  expect(await rememberFirst(folder, ['run 2', ...keys.slice(1)], ask('moved'))).toBe('moved');
});

it('gives all who ask at once the same answer', async () => {
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((answer) => rememberFirst(folder, keys, ask(answer))));
  expect(new Set(answers).size).toBe(1);
});

it('remembers neither "no such branch" nor an error', async () => {
  expect(await rememberFirst(folder, keys, ask(undefined))).toBeUndefined();
  await expect(rememberFirst(folder, keys, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await rememberFirst(folder, keys, ask('first'))).toBe('first');
});

it('forgets after a day', async () => {
  await rememberFirst(folder, keys, ask('first'));
  const [old = ''] = await readdir(folder);
  await utimes(path.join(folder, old), new Date(0), new Date(0));
  await rememberFirst(folder, ['run 2'], ask('second'));
  expect(await readdir(folder)).not.toContain(old);
});
