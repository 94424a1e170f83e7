import { expect, it } from '@jest/globals';
import { debianPackages } from '@pysan/testing/debian-packages';
import type { Locks } from '@pysan/versions';

import { withDefaults } from './default-arguments.ts';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(64)) as [string, string, string, string];
const debian = { package: 'python3.13', suite: 'trixie' };
const git = { repository: 'https://git.example/project', branch: 'main' };

function release(version: string, sha256: string, ...pythonTags: string[]): Locks['numpy']['releases'][number] {
  return { version, sha256, file: `${version}.tar.gz`, pythonTags };
}

const locks: Locks = {
  cpython: {
    component: 'cpython',
    repository: 'https://git.example/cpython',
    channels: [],
    releases: [
      { version: '3.14.10', sha256: b },
      { version: '3.13.5', sha256: a, debian },
    ],
  },
  numpy: {
    component: 'numpy',
    ...git,
    releases: [release('2.5.5', d, '3.13', '3.14t'), release('2.4.6', c, '3.13t', '3.14t')],
  },
  scipy: { component: 'scipy', ...git, releases: [release('1.18.0rc1', d, '3.13t'), release('1.17.1', c, '3.13t')] },
  openblas: { component: 'openblas', releases: [{ version: '0.3.29', sha256: b, path: 'openblas.tar.xz' }] },
  lapack: { component: 'lapack', releases: [{ version: '3.12.1', sha256: b, path: 'lapack.tar.gz' }] },
  ...debianPackages,
  packages: { cffi: { component: 'cffi', releases: [release('2.1.1', d, '3.13', '3.14t')] } },
  debian: { component: 'debian', suite: 'trixie', image: 'debian:trixie-slim', digest: null, llvm: '1:21.1.8' },
  tools: {
    requirements: { tools: { default: 'tools.txt' }, test: { default: 'test.txt', '3.13t': 'test-3.13t.txt' } },
  },
};

it.each`
  written                                     | kept
  ${'ARG python_version=3.14.10t'}            | ${'ARG python_version=3.13.5t'}
  ${'ARG numpy_version=2.5.5'}                | ${'ARG numpy_version=2.4.6'}
  ${'ARG numpy_version=v2.4.6'}               | ${'ARG numpy_version=2.4.6'}
  ${'ARG numpy_repository=https://elsewhere'} | ${'ARG numpy_repository=https://git.example/project'}
  ${'ARG scipy_version=1.18.0rc1'}            | ${'ARG scipy_version=1.17.1'}
  ${'ARG openblas_version=0.3.28'}            | ${'ARG openblas_version=0.3.29'}
  ${'ARG openssl_version=3.5.7-1'}            | ${'ARG openssl_version=1.0-1'}
  ${'ARG xz_utils_version=5.8.1-1'}           | ${'ARG xz_utils_version=1.0-1'}
  ${'ARG cffi_version=2.0.0'}                 | ${'ARG cffi_version=2.1.1'}
  ${'ARG test_requirements=test.txt'}         | ${'ARG test_requirements=test-3.13t.txt'}
  ${'ARG tools_requirements=other.txt'}       | ${'ARG tools_requirements=tools.txt'}
  ${'ARG llvm_version='}                      | ${'ARG llvm_version='}
  ${'ARG numpy_version'}                      | ${'ARG numpy_version'}
  ${'ARG base_image=cpython'}                 | ${'ARG base_image=cpython'}
  ${'ARG numpy_dispatch=none'}                | ${'ARG numpy_dispatch=none'}
  ${'ENV numpy_version=2.5.5'}                | ${'ENV numpy_version=2.5.5'}
`('$written becomes $kept', ({ written, kept }: Record<'written' | 'kept', string>) => {
  expect(withDefaults(`FROM scratch\n${written}\nRUN make\n`, locks)).toBe(`FROM scratch\n${kept}\nRUN make\n`);
});

it('is an error when the lock has no Python to write', () => {
  const none = { ...locks, cpython: { ...locks.cpython, releases: [] } };
  expect(() => withDefaults('ARG python_version=3.13.5t\n', none)).toThrow(/versions\/cpython\/lock\.json.*no stable/s);
});
