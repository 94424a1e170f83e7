import { createHash } from 'node:crypto';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import {
  bytes,
  faults,
  json,
  type LocalServer,
  quickly,
  type Reply,
  startServer,
  status,
} from '@pysan/testing/local-server';

import { findCpythonRelease, findCpythonSource, listCpythonReleases } from './python-org.ts';

const list = '/api/v2/downloads/release/?is_published=true&version=3';
const files = '/api/v2/downloads/release_file/?release=1094';
const tarball = '/ftp/python/3.14.4/Python-3.14.4.tar.xz';
const sha256 = 'a'.repeat(64);

// As python.org lists them: by the date of entry, with installers and pre-releases among them.
const releases = [
  release('Python 3.9.1', 500),
  release('Python 3.14.4', 1094),
  release('Python 3.15.0rc3', 1090, true),
  release('Python install manager 25.0', 1088),
  release('Python 3.14.10', 1099),
];
const announced = { version: '3.14.4', id: '1094', preRelease: false };

function release(name: string, id: number, preRelease = false): object {
  return { name, pre_release: preRelease, resource_uri: `https://example.org/api/v2/downloads/release/${id}/` };
}

function filesOf(sha256Sum: string | null): Reply {
  const url = `https://example.org${tarball}`;
  return json([
    { url: 'https://example.org/x.exe', sha256_sum: 'b' },
    { url, sha256_sum: sha256Sum },
  ]);
}

let server: LocalServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

it('lists what is a release of Python, and knows what is none yet', async () => {
  server.replies = { [list]: json(releases) };
  expect((await listCpythonReleases(server)).entries).toEqual([
    { version: '3.9.1', id: '500', preRelease: false },
    announced,
    { version: '3.15.0rc3', id: '1090', preRelease: true },
    { version: '3.14.10', id: '1099', preRelease: false },
  ]);
});

it('passes over an entry that is malformed, and counts it', async () => {
  server.replies = { [list]: json([{ name: 7 }, release('Python 3.14.4', 1094), null]) };
  expect(await listCpythonReleases(server)).toEqual({ entries: [announced], malformed: 2 });
});

it('finds a release, its tarball and the sha256', async () => {
  server.replies = { [list]: json(releases), [files]: filesOf(sha256), [tarball]: bytes('') };
  expect(await findCpythonRelease('3.14.4', server)).toEqual({ version: '3.14.4', sha256 });
});

it.each([null, '', 'not a hash'])('computes the sha256 where python.org tells %j', async (stated) => {
  server.replies = { [files]: filesOf(stated), [tarball]: bytes('tarball') };
  const computed = createHash('sha256').update('tarball').digest('hex');
  expect(await findCpythonSource(announced, server)).toEqual({ release: { version: '3.14.4', sha256: computed } });
});

it.each`
  what                            | replies                         | missing
  ${'is announced only'}          | ${{ [files]: json([]) }}        | ${'its tarball is not there yet'}
  ${'is listed, not served'}      | ${{ [files]: filesOf(sha256) }} | ${'its tarball is listed, but not served yet'}
  ${'is listed without a sha256'} | ${{ [files]: filesOf(null) }}   | ${'its tarball is listed, but not served yet'}
`('gives the reason when a release $what', async ({ replies, missing }) => {
  server.replies = replies as LocalServer['replies'];
  expect(await findCpythonSource(announced, server)).toEqual({ missing });
});

it('says "no such release" for one that it does not know', async () => {
  server.replies = { [list]: json(releases) };
  expect(await findCpythonRelease('3.14.5', server)).toBeUndefined();
});

const questions = [
  ...[list, files].flatMap((url) => faults.map((fault) => ({ url, ...fault }))),
  // Whether the tarball is there is asked by HEAD: only the status counts, for there is no body.
  ...faults
    .filter(({ tries, what }) => tries > 1 && what !== 'breaks off')
    .map((fault) => ({ url: tarball, ...fault })),
];

it.each(questions)(
  'is an error, never "no such release", when python.org $what at $url',
  async ({ url, reply, message, tries, timeoutMs }) => {
    server.replies = { [list]: json(releases), [files]: filesOf(sha256), [tarball]: bytes(''), [url]: reply };
    const site = { origin: server.origin, timing: quickly(timeoutMs) };
    await expect(findCpythonRelease('3.14.4', site)).rejects.toThrow(message);
    expect(server.asked.filter((request) => request.url === url)).toHaveLength(tries);
  },
);

it('is an error when its API has moved', async () => {
  server.replies = { [list]: status(404) };
  await expect(listCpythonReleases(server)).rejects.toThrow("404: python.org's API has moved");
});
