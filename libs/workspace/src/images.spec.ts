import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { imageFolders, readImages } from './images.ts';
import { parseLocks } from './locks.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-images-'));
});

afterEach(() => rm(root, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
}

function project(name: string, implicitDependencies: readonly string[]): string {
  const pysan = { sanitizer: null, tracks: [], workflow: `docker_image_${name}.yml` };
  return JSON.stringify({ name, implicitDependencies, metadata: { pysan } });
}

it('reads images in the order of their folders, and takes nothing else for one', async () => {
  await write('images/b/project.json', project('b', ['a']));
  await write('images/b/Dockerfile', '');
  await write('images/a/project.json', project('a', []));
  await write('images/a/Dockerfile', '');
  await write('images/recipes/common/run', '');
  await write('images/gone/checks/__pycache__/x.pyc', '');
  expect([...(await readImages(root)).values()]).toMatchObject([{ name: 'a' }, { name: 'b', parent: 'a' }]);
  expect(await imageFolders(root)).toEqual(['a', 'b']);
});

it('tells the parent from what files are taken from by the last FROM line', async () => {
  await write('images/a/project.json', project('a', []));
  await write('images/a/Dockerfile', 'FROM debian\n');
  await write('images/libs/project.json', project('libs', ['a']));
  await write('images/libs/Dockerfile', 'FROM a\n');
  await write('images/top/project.json', project('top', ['a', 'libs']));
  await write(
    'images/top/Dockerfile',
    'ARG base_image=a\nARG libs_image=libs\nFROM ${libs_image} AS libs\nFROM $base_image\n',
  );
  const [, libs, top] = [...(await readImages(root)).values()];
  expect([libs, top]).toMatchObject([{ parent: 'a' }, { parent: 'a', takes: ['libs'] }]);
  expect(libs).not.toHaveProperty('takes');
});

it('lists every problem of every image, and where it is', async () => {
  await write('images/a/project.json', project('a', []));
  await write('images/b/Dockerfile', '');
  await write('images/c/Dockerfile', '');
  await write('images/c/project.json', '{"name": "c", "implicitDependencies": ["a"], "metadata": {}}');
  await write('images/d/Dockerfile', '');
  await write('images/d/project.json', '{');
  await expect(readImages(root)).rejects.toMatchObject({
    name: 'ConfigError',
    message: expect.stringMatching(
      /^images\/ is not valid:\n {2}- images\/b\/project\.json is missing\n {2}- images\/a\/Dockerfile is missing\n {2}- images\/c\/project\.json: metadata\.pysan: .*\n {2}- images\/d\/project\.json: not JSON: .*$/,
    ),
  });
});

it('says of a lock that is missing how to get it back', () => {
  expect(() => parseLocks({})).toThrow(
    /versions\/\w+\/lock\.json is not valid:\n {2}- it is missing\. Get it back: git /,
  );
});
