/** The generator on a tree with this repository's files. That they are in step as they are, `nx sync:check` says. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it, jest } from '@jest/globals';
import type { Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';

import sync from './sync.ts';

jest.setTimeout(60_000);

const root = path.resolve(import.meta.dirname, '../../../..');
const patterns = [
  'images/*/{project.json,Dockerfile,own-tests}',
  'versions/*/lock.json',
  'bench/results/recall-*.json',
  '.github/workflows/docker_image_*.yml',
  'README.md',
  'ARCHITECTURE.md',
];
const texts = new Map(
  globSync(patterns, { cwd: root }).map((file) => [file, readFileSync(path.join(root, file), 'utf8')]),
);

async function syncWith(changes: Readonly<Record<string, string>>): Promise<Tree> {
  const tree = createTree();
  for (const [file, text] of Object.entries({ ...Object.fromEntries(texts), ...changes })) {
    tree.write(file, text);
  }
  await sync(tree);
  return tree;
}

it.each<{ what: string; file: string; pattern: RegExp; text: string }>`
  what                              | file                                          | pattern                         | text
  ${'the default of a library'}     | ${'images/numpy-tsan/Dockerfile'}             | ${/(?<=ARG numpy_version=).*/}  | ${'1.0.0'}
  ${'the default of Python'}        | ${'images/cpython-tsan/Dockerfile'}           | ${/(?<=ARG python_version=).*/} | ${'3.12.0t'}
  ${'the picture of the chain'}     | ${'ARCHITECTURE.md'}                          | ${/ {4}toolchain ─▶.*/}         | ${'    toolchain'}
  ${'a row of the table of recall'} | ${'README.md'}                                | ${/\| ufuncs .*\n/}             | ${''}
  ${'a row of the table of images'} | ${'README.md'}                                | ${/\| \[cpython\].*\n/}         | ${''}
  ${'an input of a workflow'}       | ${'.github/workflows/docker_image_numpy.yml'} | ${/numpy_version:/}             | ${'numpy:'}
`('puts $what back', async ({ file, pattern, text }) => {
  const before = texts.get(file) ?? '';
  const tree = await syncWith({ [file]: before.replace(pattern, text) });
  expect(before).toMatch(pattern);
  expect(tree.read(file, 'utf-8')).toBe(before);
});

it('draws a new image, lists it, and writes its workflow', async () => {
  const project = texts
    .get('images/numpy-tsan/project.json')
    ?.replace('"name": "numpy-tsan"', '"name": "other-tsan"')
    .replace('docker_image_numpy.yml', 'docker_image_other.yml');
  const tree = await syncWith({
    'images/other-tsan/project.json': project ?? '',
    'images/other-tsan/Dockerfile': texts.get('images/numpy-tsan/Dockerfile') ?? '',
  });
  const readme = tree.read('README.md', 'utf-8');
  expect(readme).toMatch(/[├└]─▶ other-tsan$/m);
  expect(readme).toMatch(/^\| \[other-tsan\]\(images\/other-tsan\) +\| numpy compiled/m);
  expect(tree.read('.github/workflows/docker_image_other.yml', 'utf-8')).toContain('\nname: other-tsan\n');
});

it('removes the workflow of an image that is gone, and no other', async () => {
  const old = '.github/workflows/docker_image_old.yml';
  const own = '.github/workflows/own.yml';
  const tree = await syncWith({
    [old]: texts.get('.github/workflows/docker_image_numpy.yml') ?? '',
    [own]: 'name: own\n',
  });
  expect(tree.exists(old)).toBe(false);
  expect(tree.exists(own)).toBe(true);
});
