import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Image, parsePythonTag } from '@pysan/model';
import type { Resolution } from '@pysan/planning';

import { readImageInputs } from './image-inputs.ts';

const image: Image = {
  name: 'numpy-tsan',
  parent: 'cpython-tsan',
  takes: ['openblas-tsan'],
  sanitizer: 'thread',
  components: [],
  tracks: [],
  workflow: '',
};
const resolution: Resolution = {
  platform: 'linux/amd64',
  python: parsePythonTag('3.13.5t'),
  baseIdentity: 'sha256:base',
  releases: [{ component: 'numpy', version: '2.4.6', sha256: 'd'.repeat(64), locked: true }],
  requirements: {},
};
const text = `ARG base_image=cpython-tsan
ARG openblas_image=openblas-tsan
FROM \${openblas_image} AS openblas
FROM \${base_image}
COPY recipe /tmp/recipe
ARG numpy_version=2.4.6
ARG numpy_dispatch=none
`;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-inputs-'));
  await mkdir(path.join(root, 'images/numpy-tsan'), { recursive: true });
  await writeFile(path.join(root, '.dockerignore'), '');
  await writeFile(path.join(root, 'recipe'), 'make');
});

afterEach(() => rm(root, { recursive: true }));

async function filesWith(dockerfile: string): Promise<Record<string, string>> {
  await writeFile(path.join(root, 'images/numpy-tsan/Dockerfile'), dockerfile);
  return (await readImageInputs(root, image, resolution)).files;
}

it('holds the Dockerfile and what it COPYs', async () => {
  expect(Object.keys(await filesWith(text))).toEqual(['recipe', 'images/numpy-tsan/Dockerfile']);
});

it.each([
  { what: 'the default of an argument that the build gives', from: '=2.4.6', to: '=2.4.7', counts: false },
  { what: 'the default image to take from', from: '=openblas-tsan', to: '=other', counts: false },
  { what: 'the default parent', from: '=cpython-tsan', to: '=other', counts: false },
  { what: 'the default of an argument that it does not give', from: '=none', to: '=full', counts: true },
  { what: 'a step', from: 'COPY', to: 'RUN make\nCOPY', counts: true },
])('$what counts: $counts', async ({ from, to, counts }) => {
  const before = await filesWith(text);
  const after = await filesWith(text.replace(from, to));
  expect(after['images/numpy-tsan/Dockerfile'] !== before['images/numpy-tsan/Dockerfile']).toBe(counts);
});
