import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { writeResolution } from '@pysan/resolution/resolved';
import { resolutionOf } from '@pysan/testing/resolution';

import { shareInRun } from './task-resolution.ts';

let root: string;
const make = jest.fn(async () => {
  const resolved = resolutionOf();
  return { file: await writeResolution(root, resolved), resolved };
});

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-task-'));
  make.mockClear();
});

afterEach(() => rm(root, { recursive: true }));

it('makes a resolution once for the tasks of a run, and another for another run', async () => {
  const first = await shareInRun(root, ['1 5', {}], make);
  expect(await shareInRun(root, ['1 5', {}], make)).toEqual(first);
  expect(make).toHaveBeenCalledTimes(1);
  await shareInRun(root, ['2 7', {}], make);
  expect(make).toHaveBeenCalledTimes(2);
});

it.each([
  ['cut short', async (file: string) => writeFile(file, (await readFile(file, 'utf8')).slice(0, 100))],
  ['gone', (file: string) => rm(file)],
])('makes it anew when its file is %s', async (_, damage) => {
  const key = ['1 5', {}];
  const first = await shareInRun(root, key, make);
  await damage(path.join(root, await writeResolution(root, first)));
  expect(await shareInRun(root, key, make)).toEqual(first);
  expect(await shareInRun(root, key, make)).toEqual(first);
  expect(make).toHaveBeenCalledTimes(2);
});
