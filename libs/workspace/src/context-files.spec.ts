import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { hashContextFiles } from './context-files.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-context-'));
  await mkdir(path.join(root, 'recipes/numpy/checks'), { recursive: true });
  await writeFile(path.join(root, '.dockerignore'), '**/project.json\n**/checks\n');
  await writeFile(path.join(root, 'recipes/numpy/build'), 'make');
  await writeFile(path.join(root, 'recipes/numpy/project.json'), '{}');
  await writeFile(path.join(root, 'recipes/numpy/checks/check.json'), '{}');
});

afterEach(() => rm(root, { recursive: true }));

it('hashes the files of a folder, without what the context leaves out', async () => {
  expect(await hashContextFiles(root, ['recipes/numpy'])).toEqual({
    'recipes/numpy/build': expect.stringMatching(/^644 [0-9a-f]{64}$/),
  });
});

it('sees the executable bit and no other bit of the mode', async () => {
  const file = path.join(root, 'recipes/numpy/build');
  const plain = await hashContextFiles(root, ['recipes/numpy/build']);
  await chmod(file, 0o664);
  expect(await hashContextFiles(root, ['recipes/numpy/build'])).toEqual(plain);
  await chmod(file, 0o755);
  expect(await hashContextFiles(root, ['recipes/numpy/build'])).not.toEqual(plain);
});

it('refuses a source that does not exist', async () => {
  await expect(hashContextFiles(root, ['recipes/scipy'])).rejects.toThrow('COPY recipes/scipy: there is no such file');
});
