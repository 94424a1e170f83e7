import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { status } from '@pysan/testing/local-server';
import { UpstreamError, UsageError } from '@pysan/model';

import { findLatestOnGitHub, findLatestPython } from './latest.ts';
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
  expect(await findLatestPython(series as string, preRelease as boolean, world.sites)).toBe(latest);
});

it.each`
  repository       | preRelease | latest
  ${'numpy/numpy'} | ${false}   | ${'v2.5.6'}
  ${'numpy/numpy'} | ${true}    | ${'v2.6.0rc1'}
  ${'scipy/scipy'} | ${false}   | ${'v1.18.1'}
`('of $repository (pre-releases: $preRelease) it is $latest', async ({ repository, preRelease, latest }) => {
  expect(await findLatestOnGitHub(repository as string, preRelease as boolean, world.sites)).toBe(latest);
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

it.each<{ what: string; find: () => Promise<string>; message: RegExp }>([
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

it('never says so when it cannot tell', async () => {
  world.servers.gitHub.replies = { '/repos/numpy/numpy/releases?per_page=100': status(502) };
  await expect(findLatestOnGitHub('numpy/numpy', false, world.sites)).rejects.toThrow(UpstreamError);
});
