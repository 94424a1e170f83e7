import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { UsageError } from '@pysan/model';

import { readWorkflows } from './retention-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'pysan-workflows-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(file: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), `text of ${file}`);
}

it('reads YAML files in hidden and other folders, but those that npm installed', async () => {
  const files = ['.github/workflows/ci.yml', '.github/actions/test/action.yaml', '.gitlab-ci.yml'];
  const others = ['README.md', 'yml', 'a.yml.orig', 'node_modules/a/.github/workflows/ci.yml', '.git/x.yml'];
  for (const file of [...files, ...others]) {
    await write(file);
  }
  const expected = files.map((file) => [path.join(folder, file), `text of ${file}`]);
  expect([...(await readWorkflows(folder))].toSorted()).toEqual(expected.toSorted());
});

it('refuses a folder that is not there, and what is a file', async () => {
  await write('file.yml');
  for (const wrong of ['absent', 'file.yml']) {
    await expect(readWorkflows(path.join(folder, wrong))).rejects.toThrow(UsageError);
    await expect(readWorkflows(path.join(folder, wrong))).rejects.toThrow(path.join(folder, wrong));
  }
});
