import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bytes, faults, type LocalServer, quickly, type Reply, startServer, status } from '@pysan/testing/local-server';

import type { DebianSite } from './debian-release.ts';
import {
  fetchPackages,
  fetchSources,
  fetchSuites,
  findDebianPackage,
  findDebianSource,
  highestMajor,
  packageVersion,
} from './debian.ts';

// Made by xz from paragraphs as they stand in Debian's indices, shortened.
const fixtures = path.join(import.meta.dirname, 'fixtures');
const sources = await readFile(path.join(fixtures, 'Sources.xz'));
const updates = await readFile(path.join(fixtures, 'Sources.security.xz'));
const packages = await readFile(path.join(fixtures, 'Packages.xz'));
// Signed by a key of these tests, whose public half is all that there is.
const releases = Object.fromEntries(
  await Promise.all(
    ['trixie', 'bookworm', 'expired', 'security'].map(
      async (name) => [name, await readFile(path.join(fixtures, `InRelease.${name}`))] as const,
    ),
  ),
);
const keyring = path.join(fixtures, 'debian-keyring.gpg');

const sourcesUrl = '/dists/trixie/main/source/Sources.xz';
const packagesUrl = '/dists/trixie/main/binary-amd64/Packages.xz';

const release = (name: string): Reply => bytes(releases[name] ?? '');

let server: LocalServer;
let site: DebianSite;
beforeEach(async () => {
  server = await startServer();
  site = { origin: server.origin, security: `${server.origin}/security`, keyring };
  server.replies = {
    '/dists/trixie/InRelease': release('trixie'),
    [sourcesUrl]: bytes(sources),
    [packagesUrl]: bytes(packages),
    '/security/dists/trixie-security/InRelease': release('security'),
    '/security/dists/trixie-security/main/source/Sources.xz': bytes(updates),
  };
});
afterEach(() => server.stop());

it('finds the version of a package', async () => {
  const index = await fetchPackages('trixie', 'amd64', site);
  expect(packageVersion(index, 'clang-22')).toBe('1:22.1.8-1~deb13u5');
  expect(packageVersion(index, 'clang-23')).toBeUndefined();
  expect(() => packageVersion(index, 'twice')).toThrow('lists 2 versions of twice');
});

it('finds the newest major of a package, by number and without packages of longer names', async () => {
  const index = await fetchPackages('trixie', 'amd64', site);
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
  const index = await fetchSources('trixie', site);
  expect(await findDebianSource(index, name as string, site)).toMatchObject({ release });
});

it.each`
  name        | missing
  ${'lapack'} | ${'its archive is listed, but not served yet'}
  ${'native'} | ${'it has no upstream archive'}
  ${'atlas'}  | ${'Debian has no such source package'}
`('gives the reason when there is nothing to build $name from', async ({ name, missing }) => {
  expect(await findDebianSource(await fetchSources('trixie', site), name as string, site)).toEqual({ missing });
});

it.each`
  name         | suite                | found
  ${'openssl'} | ${'trixie'}          | ${{ release: { version: '3.5.6-1~deb13u1', path: 'pool/main/o/openssl/openssl_3.5.6-1~deb13u1.dsc' } }}
  ${'openssl'} | ${'trixie-security'} | ${{ release: { version: '3.5.7-1~deb13u2', path: 'pool/updates/main/o/openssl/openssl_3.5.7-1~deb13u2.dsc' } }}
  ${'zlib'}    | ${'trixie'}          | ${{ release: { version: '1:1.3.dfsg+really1.3.1-1', path: 'pool/main/z/zlib/zlib_1.3.dfsg+really1.3.1-1.dsc' } }}
  ${'zlib'}    | ${'trixie-security'} | ${{ missing: 'Debian has no such source package' }}
  ${'native'}  | ${'trixie'}          | ${{ missing: 'it has no .dsc' }}
`("finds $name of $suite with Debian's patches", async ({ name, suite, found }) => {
  const [main, security] = await fetchSuites('trixie', site);
  expect([main.name, security.name]).toEqual(['trixie', 'trixie-security']);
  const { index } = suite === main.name ? main : security;
  expect(findDebianPackage(index, name as string)).toMatchObject(found as object);
});

describe.each(faults.filter(({ what }) => what !== 'hangs'))('when the mirror $what', ({ reply, message, tries }) => {
  it('it is an error, never an empty suite', async () => {
    server.replies[sourcesUrl] = reply;
    await expect(fetchSources('trixie', { ...site, timing: quickly() })).rejects.toThrow(message);
    expect(server.asked).toHaveLength(1 + tries);
  });
});

describe('what Debian has not signed for is not used:', () => {
  it.each<[what: string, replies: Record<string, Reply>, message: string]>([
    ['half an index', { [sourcesUrl]: bytes(sources.subarray(0, 100)) }, 'Debian has signed for'],
    ['an index of the same length', { [sourcesUrl]: bytes(Buffer.alloc(sources.length)) }, 'Debian has signed for'],
    [
      'a longer index',
      { [sourcesUrl]: bytes(Buffer.concat([sources, Buffer.alloc(1)])) },
      `more than the limit of ${sources.length} bytes`,
    ],
    ['an index that is not there', { [sourcesUrl]: status(404) }, 'answered 404, but Debian has signed for it'],
    ['no InRelease', { '/dists/trixie/InRelease': status(404) }, 'the mirror has no such suite'],
    ['no signature', { '/dists/trixie/InRelease': bytes('Codename: trixie\nSHA256:\n') }, 'is not signed with a key'],
    [
      'a text that was changed after it was signed',
      { '/dists/trixie/InRelease': bytes(String(releases['trixie']).replace('Components: main', 'Components: evil')) },
      'BAD signature',
    ],
    ['another suite', { '/dists/trixie/InRelease': release('bookworm') }, 'is that of oldstable and bookworm'],
  ])('%s', async (_, replies, message) => {
    Object.assign(server.replies, replies);
    await expect(fetchSources('trixie', { ...site, timing: quickly() })).rejects.toThrow(message);
  });

  it('text before and behind what is signed', async () => {
    const sha256 = 'f'.repeat(64);
    const forged = `SHA256:\n ${sha256} 1 main/source/Sources.xz\n\n`;
    server.replies['/dists/trixie/InRelease'] = bytes(`${forged}${String(releases['trixie'])}${forged}`);
    expect(packageNames(await fetchSources('trixie', site))).toContain('openblas');
  });

  it('a suite of the past', async () => {
    server.replies['/dists/trixie/InRelease'] = release('expired');
    await expect(fetchPackages('trixie', 'amd64', site)).rejects.toThrow('was valid until Wed, 08 Jan 2025');
    const then = { ...quickly(), now: () => Date.parse('2025-01-02') };
    expect(await fetchPackages('trixie', 'amd64', { ...site, timing: then })).not.toEqual([]);
  });

  it('anything, by a key that is not in the keyring, or without a keyring', async () => {
    const empty = path.join(await mkdtemp(path.join(tmpdir(), 'pysan-keyring-')), 'keyring.gpg');
    await writeFile(empty, '');
    await expect(fetchSources('trixie', { ...site, keyring: empty })).rejects.toThrow(/is not signed with a key of/);
    await rm(path.dirname(empty), { recursive: true });
    await expect(fetchSources('trixie', { ...site, keyring: empty })).rejects.toThrow('debian-archive-keyring');
  });
});

function packageNames(index: readonly string[]): string[] {
  return index.flatMap((paragraph) => /^Package: (\S+)$/m.exec(paragraph)?.[1] ?? []);
}
