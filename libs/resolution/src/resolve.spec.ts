import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Image } from '@pysan/model';
import type { BuildRequest } from '@pysan/planning';
import { findBranchCommit } from '@pysan/sources';
import { debianPackages } from '@pysan/testing/debian-packages';
import type { Locks } from '@pysan/versions';
import { execa } from 'execa';

import { resolveRequest } from './resolve.ts';

const sha256 = '0'.repeat(64);
const repository = await mkdtemp(path.join(tmpdir(), 'pysan-resolve-'));
const chain = {
  toolchain: ['debian'],
  cpython: ['cpython'],
  'numpy-tsan': ['openblas', 'lapack', 'numpy'],
  'scipy-tsan': ['scipy'],
  'other-tsan': ['other'],
};
const images = new Map(
  Object.entries(chain).map(([name, components], index): [string, Image] => {
    const parent = Object.keys(chain)[index - 1];
    return [name, { name, parent, sanitizer: undefined, components, tracks: [], workflow: '' }];
  }),
);
const locks: Locks = {
  cpython: {
    component: 'cpython',
    repository,
    channels: [{ tag: '3.16t-dev', branch: 'main' }],
    releases: ['3.13.5', '3.13.15', '3.14.10'].map((version) => ({ version, sha256 })),
  },
  numpy: {
    component: 'numpy',
    repository,
    branch: 'main',
    releases: [
      { version: '2.5.5', sha256, file: 'numpy-2.5.5.tar.gz', pythonTags: ['3.13', '3.14t'] },
      { version: '2.4.6', sha256, file: 'numpy-2.4.6.tar.gz', pythonTags: ['3.13', '3.13t'] },
    ],
  },
  scipy: {
    component: 'scipy',
    repository: path.join(repository, 'absent'),
    branch: 'main',
    releases: [
      { version: '1.18.1', sha256, file: 'scipy-1.18.1.tar.gz', pythonTags: ['3.13', '3.14t'] },
      { version: '1.17.1', sha256, file: 'scipy-1.17.1.tar.gz', pythonTags: ['3.13', '3.13t'] },
    ],
  },
  openblas: { component: 'openblas', releases: [{ version: '0.3.29', sha256, path: 'pool/openblas.tar.xz' }] },
  lapack: { component: 'lapack', releases: [{ version: '3.12.1', sha256, path: 'pool/lapack.tar.gz' }] },
  ...debianPackages,
  debian: { component: 'debian', suite: 'trixie', image: 'debian:trixie-slim', digest: null, llvm: '1:21.1.8' },
  packages: {
    other: {
      component: 'other',
      releases: [{ version: '1.0.0', sha256, file: 'other-1.0.0.tar.gz', pythonTags: ['3.13t'] }],
    },
  },
  tools: {
    requirements: {
      tools: { default: 'tools.txt' },
      test: { default: 'test.txt', '3.13t': 'test-3.13t.txt', dev: 'test-dev.txt' },
    },
  },
};

let commit: string;

beforeAll(async () => {
  const git = (...args: string[]) => execa('git', args, { cwd: repository });
  await git('init', '--quiet', '--initial-branch=main');
  const identity = ['-c', 'user.name=pysan', '-c', 'user.email=pysan@example.org'];
  await git(...identity, 'commit', '--quiet', '--allow-empty', '--message=first');
  commit = (await git('rev-parse', 'HEAD')).stdout;
});

afterAll(() => rm(repository, { recursive: true }));

function resolve(image: string, request: Partial<BuildRequest>): ReturnType<typeof resolveRequest> {
  const proven = { 'scipy-tsan': ['3.13.5t'] }[image] ?? [];
  const known = { images, locks, readProven: () => Promise.resolve(proven) };
  const silent = () => Promise.reject(new Error('No upstream was to be asked.'));
  const sites = { pythonOrg: { origin: 'http://127.0.0.1:1' }, findPackageIndex: silent, findCommit: findBranchCommit };
  return resolveRequest(known, [image], { locked: true, ...request }, { sites, folder: '/nonexistent' });
}

it.each([
  {
    image: 'numpy-tsan',
    python: '3.13t',
    numpy: undefined,
    releases: ['1:21.1.8', '3.13.15', '0.3.29', '3.12.1', '2.4.6'],
    test: 'test-3.13t.txt',
  },
  {
    image: 'numpy-tsan',
    python: '3.13.5',
    numpy: undefined,
    releases: ['1:21.1.8', '3.13.5', '0.3.29', '3.12.1', '2.5.5'],
    test: 'test.txt',
  },
  {
    image: 'numpy-tsan',
    python: '3.13.5',
    numpy: 'v2.4.6',
    releases: ['1:21.1.8', '3.13.5', '0.3.29', '3.12.1', '2.4.6'],
    test: 'test.txt',
  },
  {
    image: 'scipy-tsan',
    python: '3.13t',
    numpy: undefined,
    releases: ['1:21.1.8', '3.13.15', '0.3.29', '3.12.1', '2.4.6', '1.17.1'],
    test: 'test-3.13t.txt',
  },
  {
    image: 'other-tsan',
    python: '3.13.5t',
    numpy: undefined,
    releases: ['1:21.1.8', '3.13.5', '0.3.29', '3.12.1', '2.4.6', '1.17.1', '1.0.0'],
    test: 'test-3.13t.txt',
  },
  { image: 'cpython', python: '3.14t', numpy: undefined, releases: ['1:21.1.8', '3.14.10'], test: 'test.txt' },
  {
    image: 'scipy-tsan',
    python: undefined,
    numpy: undefined,
    releases: ['1:21.1.8', '3.13.5', '0.3.29', '3.12.1', '2.4.6', '1.17.1'],
    test: 'test-3.13t.txt',
  },
  { image: 'toolchain', python: undefined, numpy: undefined, releases: ['1:21.1.8'], test: 'test.txt' },
])(
  '$image at Python $python and numpy $numpy is made of $releases',
  async ({ image, python, numpy, releases, test }) => {
    const resolved = await resolve(image, {
      ...(python === undefined ? {} : { python }),
      ...(numpy === undefined ? {} : { numpy }),
    });
    expect(resolved.releases.map(({ version }) => version)).toEqual(releases);
    expect(resolved.requirements).toEqual({ tools: 'tools.txt', test });
  },
);

it.each([
  {
    request: { python: '3.13.99' },
    message: 'There is no CPython 3.13.99 in the lock. Locked: 3.14.10, 3.13.15, 3.13.5.',
  },
  {
    request: { python: '3.13.5', numpy: '2.4.5' },
    message: 'There is no numpy 2.4.5 in the lock. Locked: 2.5.5, 2.4.6.',
  },
  {
    request: { python: '3.13.5', numpy: 'main' },
    message: '--locked builds only locked releases, not numpy main.',
  },
  { request: { python: '3.16t-dev' }, message: '--locked builds only locked releases, not 3.16t-dev.' },
  {
    request: { python: '3.12t-dev', locked: false },
    message: 'There is no development branch 3.12t-dev. Development branches: 3.16t-dev.',
  },
  {
    request: { python: '3.13.5', cpython: 'main' },
    message: '--cpython main: expected the folder of a source tree',
  },
  { request: { python: '3.13.5', numpy: '' }, message: '--numpy needs a value. Give one, or leave the option out.' },
  { request: { python: '' }, message: '--python needs a value. Give one, or leave the option out.' },
  { request: { python: '3.13.5', numpy: './absent', locked: false }, message: /There is no folder \/.*\/absent\./ },
  {
    request: { python: '3.13.5', numpy: '2.4.x', locked: false },
    message: '"2.4.x" is not a release of numpy (write it as 2.4.6 or v2.4.6), nor a branch of ',
  },
  {
    request: { python: '3.13.5', scipy: '1.17.x', locked: false },
    message: '"1.17.x" is not a release of scipy (write it as 2.4.6 or v2.4.6), nor, as far as is known, a branch',
  },
])('refuses $request', async ({ request, message }) => {
  await expect(resolve('scipy-tsan', request)).rejects.toThrow(message);
});

it.each([
  { image: 'cpython', request: { numpy: '2.4.6' }, message: 'cpython contains no numpy. Leave --numpy out.' },
  { image: 'toolchain', request: { python: '3.13t' }, message: 'toolchain contains no Python. Leave --python out.' },
  {
    image: 'toolchain',
    request: { cpython: './cpython' },
    message: 'toolchain contains no Python. Leave --cpython out.',
  },
])('refuses $request for $image, which does not use it', async ({ image, request, message }) => {
  await expect(resolve(image, request)).rejects.toThrow(message);
});

it('takes the branches of CPython and numpy for a development branch, and their tools', async () => {
  const { python, releases, requirements } = await resolve('numpy-tsan', { python: '3.16t-dev', locked: false });
  expect(python).toEqual({ version: '3.16', freeThreaded: true, dev: true });
  expect(releases.filter((it) => it.commit !== undefined)).toEqual([
    { component: 'cpython', version: '3.16', commit, repository, locked: false },
    { component: 'numpy', version: commit, commit, repository, locked: false },
  ]);
  expect(requirements).toEqual({ tools: 'tools.txt', test: 'test-dev.txt' });
});

it('takes commits as they are given, and a branch of numpy with a release of Python', async () => {
  const other = '0123456789'.repeat(4);
  const dev = await resolve('numpy-tsan', { python: '3.16t-dev', cpython: other, numpy: other, locked: false });
  expect(dev.releases.flatMap((it) => it.commit ?? [])).toEqual([other, other]);
  const { releases } = await resolve('numpy-tsan', { python: '3.13.5', numpy: 'main', locked: false });
  expect(releases.map((it) => it.version)).toEqual(['1:21.1.8', '3.13.5', '0.3.29', '3.12.1', commit]);
});
