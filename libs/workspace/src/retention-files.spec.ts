import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { UsageError } from '@pysan/model';

import { readConsumer } from './retention-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'pysan-workflows-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(file: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), `text of ${file}`);
}

it('reads what may name an image, in hidden and other folders, but not what was installed', async () => {
  const files = [
    ...['.github/workflows/ci.yml', '.github/actions/test/action.yaml', '.gitlab-ci.yml'],
    ...['Dockerfile', 'ci/tsan.Dockerfile', 'Dockerfile.tsan', 'Containerfile', '.devcontainer/devcontainer.json'],
    ...['tox.toml', 'pyproject.toml', 'tox.ini', 'noxfile.py', 'tools/run.sh', 'Makefile', '.env'],
  ];
  const others = ['README.md', 'yml', 'a.yml.orig', 'package.json', 'a.c'];
  const installed = ['node_modules/a/ci.yml', '.git/x.yml', '.venv/lib/site-packages/a/b.py'];
  for (const file of [...files, ...others, ...installed]) {
    await write(file);
  }
  const expected = files.map((file) => [path.join(folder, file), `text of ${file}`]);
  const { texts, unread } = await readConsumer(folder);
  expect([...texts].toSorted()).toEqual(expected.toSorted());
  expect([...unread]).toEqual([]);
});

it('says of what it does not read', async () => {
  const file = path.join(folder, 'large.py');
  await writeFile(file, 'x'.repeat(2 ** 20 + 1));
  expect([...(await readConsumer(folder)).unread]).toEqual([[file, 'it is larger than 1024 KiB']]);
});

it('refuses a folder that is not there, and what is a file', async () => {
  await write('file.yml');
  for (const wrong of ['absent', 'file.yml']) {
    await expect(readConsumer(path.join(folder, wrong))).rejects.toThrow(UsageError);
    await expect(readConsumer(path.join(folder, wrong))).rejects.toThrow(path.join(folder, wrong));
  }
});
