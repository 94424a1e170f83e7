import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bytes, faults, type LocalServer, quickly, startServer } from '@pysan/testing/local-server';

import { fetchPackages, fetchSources, findDebianSource, highestMajor, packageVersion } from './debian.ts';

// Made by xz from paragraphs as they stand in Debian's indices, shortened.
const fixtures = path.join(import.meta.dirname, 'fixtures');
const sources = await readFile(path.join(fixtures, 'Sources.xz'));
const packages = await readFile(path.join(fixtures, 'Packages.xz'));

const sourcesUrl = '/dists/trixie/main/source/Sources.xz';
const packagesUrl = '/dists/trixie/main/binary-amd64/Packages.xz';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer();
  server.replies = { [sourcesUrl]: bytes(sources), [packagesUrl]: bytes(packages) };
});
afterEach(() => server.stop());

it('finds the version of a package', async () => {
  const index = await fetchPackages('trixie', 'amd64', server);
  expect(packageVersion(index, 'clang-22')).toBe('1:22.1.8-1~deb13u5');
  expect(packageVersion(index, 'clang-23')).toBeUndefined();
  expect(() => packageVersion(index, 'twice')).toThrow('lists 2 versions of twice');
});

it('finds the newest major of a package, by number and without packages of longer names', async () => {
  const index = await fetchPackages('trixie', 'amd64', server);
  expect(highestMajor(index, 'clang')).toBe(22);
  expect(highestMajor(index, 'flang')).toBeUndefined();
});

it.each`
  name          | found
  ${'lapack'}   | ${{ version: '3.12.1', path: 'pool/main/l/lapack/lapack_3.12.1.orig.tar.gz' }}
  ${'openblas'} | ${{ version: '0.3.29', path: 'pool/main/o/openblas/openblas_0.3.29+ds.orig.tar.xz' }}
`('finds the archive that $name carries from upstream', async ({ name, found }) => {
  const release = found as { path: string };
  server.replies[`/${release.path}`] = bytes('');
  const index = await fetchSources('trixie', server);
  expect(await findDebianSource(index, name as string, server)).toMatchObject({ release });
});

it.each`
  name        | missing
  ${'lapack'} | ${'its archive is listed, but not served yet'}
  ${'native'} | ${'it has no upstream archive'}
  ${'atlas'}  | ${'Debian has no such source package'}
`('gives the reason when there is nothing to build $name from', async ({ name, missing }) => {
  expect(await findDebianSource(await fetchSources('trixie', server), name as string, server)).toEqual({ missing });
});

describe.each(faults.filter(({ what }) => what !== 'hangs'))('when the mirror $what', ({ reply, message, tries }) => {
  it('it is an error, never an empty suite', async () => {
    server.replies = { [sourcesUrl]: reply };
    await expect(fetchSources('trixie', { origin: server.origin, timing: quickly() })).rejects.toThrow(message);
    expect(server.asked).toHaveLength(tries);
  });
});

it('is an error when half an index comes, a suite is absent, or an index is empty', async () => {
  server.replies[sourcesUrl] = bytes(sources.subarray(0, sources.length / 2));
  await expect(fetchSources('trixie', server)).rejects.toThrow('it is not a complete xz file');
  await expect(fetchSources('absent', server)).rejects.toThrow('the mirror has no such suite');
});
