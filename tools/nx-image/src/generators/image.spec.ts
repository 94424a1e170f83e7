/** The generator on a tree with this repository's files; upstream is made up. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { beforeEach, expect, it, jest } from '@jest/globals';
import type { Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import { UsageError } from '@pysan/model';
import { parseCheck } from '@pysan/verification';
import { parsePackageLock } from '@pysan/versions';
import { parseDockerfile, parseImages } from '@pysan/workspace';

import image from './image.ts';

jest.setTimeout(60_000);

const root = path.resolve(import.meta.dirname, '../../../..');
const patterns = ['images/*/{project.json,Dockerfile}', 'versions/*/lock.json', 'README.md', 'ARCHITECTURE.md'];
const release = { version: '2.1.1', sha256: 'd'.repeat(64), file: 'two-words.tar.gz', pythonTags: ['3.13', '3.14t'] };
const older = { ...release, version: '2.0.0' };
const upstream = {
  fetchReleases: () => Promise.resolve([older, release]),
  resolveRequirements: (component: string) => Promise.resolve(`needed-by-${component}==1.0 --hash=sha256:ee\n`),
};

let tree: Tree;

beforeEach(() => {
  tree = createTree();
  for (const file of globSync(patterns, { cwd: root })) {
    tree.write(file, readFileSync(path.join(root, file), 'utf8'));
  }
});

function read(file: string): string {
  return tree.read(file, 'utf-8') ?? '';
}

it('makes an image that has its parent, sanitizer and tracks from its parent', async () => {
  await image(tree, { name: 'two-words-tsan', parent: 'numpy-tsan' }, upstream);
  const files = tree.children('images').flatMap((name) => [`images/${name}/project.json`, `images/${name}/Dockerfile`]);
  const texts = Object.fromEntries(files.filter((it) => tree.exists(it)).map((it) => [it, read(it)]));
  const locks = tree.children('versions').map((name) => `versions/${name}/lock.json`);
  const images = parseImages(
    texts,
    locks.filter((it) => tree.exists(it)),
  );
  const [parent, made] = [images.get('numpy-tsan'), images.get('two-words-tsan')];
  expect(made).toMatchObject({ parent: 'numpy-tsan', components: ['two-words'] });
  expect(made).toMatchObject({ sanitizer: parent?.sanitizer, tracks: parent?.tracks });
});

it.each(['tsan', 'asan'])('gives it the targets of its parent: numpy-%s', async (suffix) => {
  const targetsOf = (name: string) => (JSON.parse(read(`images/${name}/project.json`)) as { targets: unknown }).targets;
  await image(tree, { name: `two-words-${suffix}`, parent: `numpy-${suffix}` }, upstream);
  expect(targetsOf(`two-words-${suffix}`)).toEqual(targetsOf(`numpy-${suffix}`));
});

it('pins the package, and what it needs', async () => {
  await image(tree, { name: 'two-words-tsan', parent: 'numpy-tsan' }, upstream);
  const lock = parsePackageLock('two-words', 'lock.json', read('versions/two-words/lock.json'));
  expect(lock.releases).toEqual([release]);
  const { args, bases } = parseDockerfile(read('images/two-words-tsan/Dockerfile'));
  expect(args).toMatchObject({
    base_image: 'numpy-tsan',
    two_words_version: '2.1.1',
    two_words_pin: `2.1.1=${release.sha256}`,
  });
  expect(bases).toEqual(['${base_image}', '${base_image}']);
  expect(read('images/two-words-tsan/requirements.txt')).toBe('needed-by-two-words==1.0 --hash=sha256:ee\n');
});

it('gives it a check, and README a row', async () => {
  await image(tree, { name: 'two-words-tsan', parent: 'numpy-tsan' }, upstream);
  const folder = 'images/two-words-tsan/checks/installed';
  const { cases } = parseCheck('check.json', read(`${folder}/check.json`));
  expect(cases.map(({ command }) => command)).toEqual([['python', 'installed.py', 'two-words']]);
  expect(read(`${folder}/installed.py`)).toMatch(/^"""A package is what the passport says/);
  expect(read('README.md')).toMatch(/─▶ two-words-tsan$/m);
  expect(read('README.md')).toMatch(
    /^\| \[two-words-tsan\]\(images\/two-words-tsan\) +\| two-words compiled with Thread/m,
  );
});

it('takes the lock that is there', async () => {
  const lock = `${JSON.stringify({ component: 'two-words', releases: [older] })}\n`;
  tree.write('versions/two-words/lock.json', lock);
  await image(tree, { name: 'two-words-tsan', parent: 'cpython-tsan' }, upstream);
  expect(JSON.parse(read('versions/two-words/lock.json'))).toEqual(JSON.parse(lock));
  expect(read('images/two-words-tsan/Dockerfile')).toMatch(/^ARG two_words_version=2\.0\.0$/m);
});

it.each<{ name: string; releases: (typeof release)[]; message: RegExp }>`
  name              | releases                                 | message
  ${'nothing-tsan'} | ${[]}                                    | ${/no release of nothing .*There is: none\./}
  ${'old-tsan'}     | ${[{ ...release, pythonTags: ['3.9'] }]} | ${/no release of old .*wheels for one of 3\.13.*There is: 2\.1\.1\./}
  ${'debian-tsan'}  | ${[release]}                             | ${/versions\/debian is not the lock of a Python package/}
`('refuses $name, and writes nothing', async ({ name, releases, message }) => {
  const before = tree.listChanges().length;
  const made = image(
    tree,
    { name, parent: 'cpython-tsan' },
    { ...upstream, fetchReleases: () => Promise.resolve(releases) },
  );
  await expect(made).rejects.toThrow(UsageError);
  await expect(made).rejects.toThrow(message);
  expect(tree.listChanges()).toHaveLength(before);
});

it('refuses a folder that is there', async () => {
  tree.write('images/two-words-tsan/notes.txt', '');
  const made = image(tree, { name: 'two-words-tsan', parent: 'cpython-tsan' }, upstream);
  await expect(made).rejects.toThrow(/There is a folder images\/two-words-tsan/);
});
