/** Asks the real Nx about the real graph: who is affected by a change, and in which order a chain is built. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from '@jest/globals';

import { nx } from './tools/lint/nx.ts';

const chain = ['toolchain', 'cpython', 'cpython-tsan', 'numpy-tsan'];

it.each<{ file: string; projects: string[] }>`
  change                    | file                                                  | projects
  ${'a new numpy release'}  | ${'versions/numpy/lock.json'}                         | ${['numpy-tsan', 'versions-numpy']}
  ${'a recipe of CPython'}  | ${'images/recipes/cpython/fetch-source'}              | ${['cpython', 'cpython-tsan', 'numpy-tsan', 'recipes-cpython']}
  ${'a new OpenBLAS'}       | ${'versions/openblas/lock.json'}                      | ${['numpy-tsan', 'versions-openblas']}
  ${'a recipe of numpy'}    | ${'images/recipes/numpy/build-numpy'}                 | ${['numpy-tsan', 'recipes-numpy']}
  ${'a check of the chain'} | ${'images/cpython-tsan/checks/some-check/check.json'} | ${['cpython-tsan', 'numpy-tsan']}
  ${'a check of one image'} | ${'images/numpy-tsan/checks/some-check/check.json'}   | ${['numpy-tsan']}
`('$change affects exactly $projects', ({ file, projects }) => {
  expect(affectedBy(file)).toEqual(projects);
});

it('a library affects those who import it, and no image', () => {
  const projects = affectedBy('libs/planning/src/index.ts');
  expect(projects).toContain('workspace');
  expect(projects.filter((name) => /^(recipes|versions)-|-(tsan|asan)$|^(toolchain|cpython)$/.test(name))).toEqual([]);
});

it('draws the chain from toolchain to numpy-tsan', () => {
  const { graph } = readGraph();
  for (const [index, parent] of chain.slice(0, -1).entries()) {
    const child = chain[index + 1] ?? '';
    expect(graph.dependencies[child]?.map(({ target }) => target)).toContain(parent);
  }
});

it('builds the chain in its order, and nothing else', () => {
  const { tasks } = JSON.parse(nx('run', 'numpy-tsan:build', '--graph=stdout')) as TaskGraph;
  expect(tasks.dependencies).toEqual({
    'toolchain:build': [],
    'cpython:build': ['toolchain:build'],
    'cpython-tsan:build': ['cpython:build'],
    'numpy-tsan:build': ['cpython-tsan:build'],
  });
});

interface ProjectGraph {
  readonly graph: { readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>> };
}

interface TaskGraph {
  readonly tasks: { readonly dependencies: Readonly<Record<string, readonly string[]>> };
}

function affectedBy(file: string): string[] {
  return (JSON.parse(nx('show', 'projects', '--affected', `--files=${file}`, '--json')) as string[]).toSorted();
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
