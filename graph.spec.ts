/** Asks the real Nx about the real graph: who is affected by a change, and in which order a chain is built. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it, jest } from '@jest/globals';
import { neededFor, needsOf } from '@pysan/model';
import { readImages } from '@pysan/workspace';

import { nx } from './tools/lint/nx.ts';
import { root } from './tools/lint/repository.ts';

const images = await readImages(root);

// Each test starts Nx: half a second, and several on a busy machine.
jest.setTimeout(60_000);

// Where a change comes in; what is made from those images follows from the chain.
it.each<{ file: string; first: RegExp }>`
  change                        | file                                                  | first
  ${'a new LLVM or base'}       | ${'versions/debian/lock.json'}                        | ${/^toolchain$/}
  ${'a new CPython'}            | ${'versions/cpython/lock.json'}                       | ${/^cpython$/}
  ${'a new numpy'}              | ${'versions/numpy/lock.json'}                         | ${/^numpy-/}
  ${'a new OpenSSL'}            | ${'versions/openssl/lock.json'}                       | ${/^native-/}
  ${'a new scipy'}              | ${'versions/scipy/lock.json'}                         | ${/^scipy-/}
  ${'a tool of builds'}         | ${'versions/tools/tools/tools.txt'}                   | ${/^cpython$/}
  ${'a tool of tests'}          | ${'versions/tools/test/test.txt'}                     | ${/^cpython-.san$/}
  ${"a tool of scipy's build"}  | ${'versions/tools/scipy/scipy.txt'}                   | ${/^scipy-/}
  ${'another choice of tools'}  | ${'versions/tools/lock.json'}                         | ${/^cpython$/}
  ${'a recipe for Debian'}      | ${'images/recipes/debian/install-toolchain'}          | ${/^toolchain$/}
  ${'a recipe for CPython'}     | ${'images/recipes/cpython/fetch-source'}              | ${/^cpython$/}
  ${'a recipe for sanitizers'}  | ${'images/recipes/sanitizer/build-cpython'}           | ${/^cpython-.san$/}
  ${'a recipe for libraries'}   | ${'images/recipes/native/build-library'}              | ${/^native-/}
  ${'a recipe for numpy'}       | ${'images/recipes/numpy/build-numpy'}                 | ${/^numpy-/}
  ${'a recipe for scipy'}       | ${'images/recipes/scipy/build-scipy'}                 | ${/^scipy-/}
  ${'a Dockerfile'}             | ${'images/cpython-tsan/Dockerfile'}                   | ${/^cpython-tsan$/}
  ${'a track, or the counter'}  | ${'images/numpy-tsan/project.json'}                   | ${/^numpy-tsan$/}
  ${'a check of the chain'}     | ${'images/cpython-tsan/checks/some-check/check.json'} | ${/^cpython-tsan$/}
  ${'a check of one image'}     | ${'images/numpy-tsan/checks/some-check/check.json'}   | ${/^numpy-tsan$/}
  ${'a program of the factory'} | ${'libs/planning/src/index.ts'}                       | ${/^$/}
  ${'a page'}                   | ${'docs/images.md'}                                   | ${/^$/}
`('$change affects the builds of $first and of what is made from them, and no others', ({ file, first }) => {
  const expected = [...images.keys()].filter((name) => neededFor(images, name).some((image) => first.test(image.name)));
  expect(affectedBy(file, '--withTarget=build')).toEqual(expected.toSorted());
});

it('a library affects those who import it', () => {
  expect(affectedBy('libs/planning/src/index.ts')).toContain('workspace');
});

it('draws each image on those that it is made from', () => {
  const { dependencies } = readGraph().graph;
  for (const image of images.values()) {
    const below = dependencies[image.name]?.map(({ target }) => target).filter((target) => images.has(target));
    expect([image.name, below?.toSorted()]).toEqual([image.name, needsOf(image).toSorted()]);
  }
});

it('builds the chain in its order, and nothing else', () => {
  const { tasks } = JSON.parse(nx('run', 'numpy-tsan:build', '--graph=stdout')) as TaskGraph;
  expect(tasks.dependencies).toEqual({
    'toolchain:build': [],
    'cpython:build': ['toolchain:build'],
    'cpython-tsan:build': ['cpython:build', 'native-tsan:build'],
    'native-tsan:build': ['toolchain:build'],
    'openblas-tsan:build': ['toolchain:build'],
    'numpy-tsan:build': ['cpython-tsan:build', 'openblas-tsan:build'],
  });
});

interface ProjectGraph {
  readonly graph: { readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>> };
}

interface TaskGraph {
  readonly tasks: { readonly dependencies: Readonly<Record<string, readonly string[]>> };
}

function affectedBy(file: string, ...options: readonly string[]): string[] {
  const projects = nx('show', 'projects', '--affected', `--files=${file}`, ...options, '--json');
  return (JSON.parse(projects) as string[]).toSorted();
}

function readGraph(): ProjectGraph {
  const folder = mkdtempSync(path.join(tmpdir(), 'pysan-graph-'));
  try {
    nx('graph', `--file=${path.join(folder, 'graph.json')}`);
    return JSON.parse(readFileSync(path.join(folder, 'graph.json'), 'utf8')) as ProjectGraph;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
