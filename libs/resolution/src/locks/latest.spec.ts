import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openGitHub } from '@pysan/github';
import { type LocalGitHub, startGitHub } from '@pysan/testing/github/local-github';
import { status } from '@pysan/testing/local-server';
import { UpstreamError, UsageError } from '@pysan/model';

import { findLatestOnGitHub, findLatestPython, type LatestRelease } from './latest.ts';
import { createWorld, type World } from '@pysan/testing/upstreams';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

it.each`
  series    | preRelease | latest
  ${'3.14'} | ${false}   | ${'3.14.11'}
  ${'3.15'} | ${true}    | ${'3.15.0rc3'}
`('of Python $series (pre-releases: $preRelease) it is $latest', async ({ series, preRelease, latest }) => {
  expect(await findLatestPython(series as string, preRelease as boolean, world.sites)).toMatchObject({ name: latest });
});

it.each`
  repository       | preRelease | latest
  ${'numpy/numpy'} | ${false}   | ${'v2.5.6'}
  ${'numpy/numpy'} | ${true}    | ${'v2.6.0rc1'}
  ${'scipy/scipy'} | ${false}   | ${'v1.18.1'}
`('of $repository (pre-releases: $preRelease) it is $latest', async ({ repository, preRelease, latest }) => {
  expect(await findLatestOnGitHub(repository as string, preRelease as boolean, world.sites)).toMatchObject({
    name: latest,
  });
});

it.each(['3', '3.14t', '3.14.10', 'v3.14', ''])('"%s" is no series', async (series) => {
  await expect(findLatestPython(series, false, world.sites)).rejects.toThrow(/is not a series of Python.*3\.14/);
});

it.each(['numpy', 'https://github.com/numpy/numpy', 'numpy/numpy/releases', ''])(
  '"%s" is no repository',
  async (repository) => {
    await expect(findLatestOnGitHub(repository, false, world.sites)).rejects.toThrow(/Write owner\/repository/);
  },
);

it.each<{ what: string; find: () => Promise<unknown>; message: RegExp }>([
  {
    what: '3.15',
    find: () => findLatestPython('3.15', false, world.sites),
    message: /no stable release.*--pre-release/,
  },
  { what: '3.99', find: () => findLatestPython('3.99', true, world.sites), message: /no release of Python 3\.99\.$/ },
  { what: 'a/b', find: () => findLatestOnGitHub('a/b', false, world.sites), message: /no repository a\/b/ },
])('says that there is none for $what', async ({ find, message }) => {
  const error = await find().catch((it: unknown) => it);
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toMatch(message);
});

it('says what it passes over', async () => {
  expect((await findLatestPython('3.14', false, world.sites)).passedOver).toEqual([
    { version: '3.14.12', reason: 'its tarball is not there yet' },
  ]);
  expect((await findLatestOnGitHub('scipy/scipy', false, world.sites)).passedOver).toEqual([
    { version: 'v1.18.2rc1', reason: 'it is a pre-release' },
  ]);
});

describe('of any project on GitHub', () => {
  let local: LocalGitHub;
  beforeEach(async () => {
    const projects = {
      'llvm/llvm-project': { releases: [{ tag: 'llvmorg-22.1.0-rc1', prerelease: true }, { tag: 'llvmorg-21.1.7' }] },
      'actions/checkout': { releases: [{ tag: 'v4.2.2' }, { tag: 'v5' }, { tag: 'v4' }], latest: 'v4.2.2' },
      'python/cpython': { releases: [], tags: ['v3.9.1', 'v3.14.1', 'v3.15.0a2', 'legacy-trunk'] },
      'some/branches': { releases: [], tags: ['stable', 'old'] },
      'some/candidates': { releases: [{ tag: 'v1.0rc1', prerelease: true }] },
    };
    local = await startGitHub({ repository: 'own/pysan', tokens: [''], workflows: {}, projects, start: 0 });
  });
  afterEach(() => local.stop());

  const ask = (repository: string, preRelease = false): Promise<LatestRelease> =>
    findLatestOnGitHub(repository, preRelease, {
      gitHub: openGitHub({ apiUrl: local.origin, token: '', tokenName: 'GITHUB_TOKEN', msPerSecond: 1 }),
    });

  it.each`
    repository             | preRelease | latest
    ${'llvm/llvm-project'} | ${false}   | ${'llvmorg-21.1.7'}
    ${'llvm/llvm-project'} | ${true}    | ${'llvmorg-22.1.0-rc1'}
    ${'actions/checkout'}  | ${false}   | ${'v5'}
    ${'python/cpython'}    | ${false}   | ${'v3.14.1'}
    ${'python/cpython'}    | ${true}    | ${'v3.15.0a2'}
    ${'some/candidates'}   | ${true}    | ${'v1.0rc1'}
  `('$repository (pre-releases: $preRelease) has $latest', async ({ repository, preRelease, latest }) => {
    expect((await ask(repository as string, preRelease as boolean)).name).toBe(latest);
  });

  it.each`
    repository           | message
    ${'some/branches'}   | ${/no stable release .* on GitHub \(stable, old: it is not a version\)/}
    ${'some/candidates'} | ${/no stable release .* on GitHub \(v1\.0rc1: it is a pre-release\)/}
  `('$repository has none, and it says why', async ({ repository, message }) => {
    await expect(ask(repository as string)).rejects.toThrow(message);
  });
});

it('never says so when it cannot tell', async () => {
  world.servers.gitHub.replies = { '/repos/numpy/numpy/releases?per_page=100': status(502) };
  await expect(findLatestOnGitHub('numpy/numpy', false, world.sites)).rejects.toThrow(UpstreamError);
});
