import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { UpstreamError } from '@pysan/model';
import type { Suite, Suites } from '@pysan/sources';
import { bytes, type LocalServer, startServer } from '@pysan/testing/local-server';
import type { DebianSource } from '@pysan/versions';

import { resolvePatchedPackage } from './debian.ts';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

function release(version: string): DebianSource {
  return { version, sha256: version.replaceAll(/\D/g, '').padEnd(64, '0'), path: `pool/openssl_${version}.dsc` };
}

/** A suite that lists these versions of OpenSSL; where they are served, the mirror has the files. */
function suiteOf(name: string, versions: readonly string[], isServed: boolean): Suite {
  const origin = `${server.origin}/${name}`;
  const index = versions.map(release).map(({ version, sha256, path }) => {
    const [, file = ''] = path.split('/');
    return `Package: openssl\nVersion: ${version}\nDirectory: pool\nChecksums-Sha256:\n ${sha256} 1 ${file}\n`;
  });
  if (isServed) {
    versions.forEach((version) => (server.replies[`/${name}/${release(version).path}`] = bytes('')));
  }
  return { name, index, site: { origin, security: '', keyring: '' } };
}

const listed = 'its archive is listed, but not served yet';

it.each`
  main         | updates              | served   | locked       | from                 | state        | reason
  ${'3.5.6-1'} | ${'3.5.7-1'}         | ${true}  | ${'3.5.7-1'} | ${'trixie-security'} | ${'new'}     | ${undefined}
  ${'3.5.7-1'} | ${'3.5.6-1'}         | ${true}  | ${'3.5.7-1'} | ${'trixie'}          | ${'new'}     | ${undefined}
  ${'3.5.7-1'} | ${'3.5.7-1'}         | ${true}  | ${'3.5.7-1'} | ${'trixie'}          | ${'new'}     | ${undefined}
  ${'3.5.7-1'} | ${undefined}         | ${true}  | ${'3.5.7-1'} | ${'trixie'}          | ${'new'}     | ${undefined}
  ${'3.5.5-1'} | ${undefined}         | ${true}  | ${'3.5.5-1'} | ${'trixie'}          | ${'current'} | ${undefined}
  ${'3.5.5-1'} | ${'3.5.5-1+deb13u1'} | ${false} | ${'3.5.5-1'} | ${'trixie-security'} | ${'current'} | ${`3.5.5-1+deb13u1: ${listed}`}
`(
  'a suite with $main and updates with $updates, served: $served: locks $locked',
  async ({ main, updates, served, locked, from, state, reason }) => {
    const suites: Suites = [
      suiteOf('trixie', [main as string], served as boolean),
      suiteOf('trixie-security', updates === undefined ? [] : [updates as string], served as boolean),
    ];
    const { lock, news } = await resolvePatchedPackage('openssl', [release('3.5.5-1')], suites);
    expect(lock).toEqual([release(locked as string)]);
    expect(news).toMatchObject([{ subject: from, state, locked: '3.5.5-1', upstream: locked }]);
    expect(news[0]?.reason).toBe(reason);
  },
);

it('is an error where neither has the package, and where one has two of it', async () => {
  const none: Suites = [suiteOf('trixie', [], true), suiteOf('trixie-security', [], true)];
  const resolve = (suites: Suites) => resolvePatchedPackage('openssl', [release('3.5.5-1')], suites);
  await expect(resolve(none)).rejects.toThrow(UpstreamError);
  await expect(resolve(none)).rejects.toThrow('has nothing to build openssl from: Debian has no such source package');
  await expect(resolve([suiteOf('trixie', ['1.0-1', '1.0-2'], true), none[1]])).rejects.toThrow('lists 2 versions');
});
