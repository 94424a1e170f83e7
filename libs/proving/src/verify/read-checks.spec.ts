import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ConfigError } from '@pysan/model';

import { readChecks } from './read-checks.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-checks-'));
  const folder = path.join(root, 'images/parent-tsan/checks/it-runs');
  await mkdir(folder, { recursive: true });
  const check = { cases: [{ title: 'it runs', proofs: [1], command: ['true'], expect: { exitCode: 0 } }] };
  await writeFile(path.join(folder, 'check.json'), JSON.stringify(check));
});

afterEach(() => rm(root, { recursive: true }));

it('reads the checks of a chain, and names them by their images', async () => {
  const { folders } = await readChecks(root, ['parent-tsan']);
  expect(folders.map(({ name, cases }) => [name, cases.map(({ title }) => title)])).toEqual([
    ['parent-tsan/it-runs', ['it runs']],
  ]);
});

it('says which image has no checks', async () => {
  const attempt = readChecks(root, ['parent-tsan', 'child-tsan']);
  await expect(attempt).rejects.toThrow(ConfigError);
  await expect(attempt).rejects.toThrow(/^images\/child-tsan\/checks is not valid:\n {2}- it is missing/);
});
