import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { bytes, faults, json, type LocalServer, quickly, startServer } from './local-server.ts';
import { findIndexUrl, findLibraryRelease } from './package-index.ts';

const sha256 = 'c'.repeat(64);
const page = '/simple/numpy/';
const sdistUrl = '/files/numpy-2.4.5.tar.gz';
const sdist = { filename: 'numpy-2.4.5.tar.gz', url: `../..${sdistUrl}`, hashes: { sha256 }, yanked: false };
const wheels = ['cp314-cp314t', 'cp39-cp39', 'cp313-cp313t', 'cp313-cp313'].flatMap((tag) =>
  ['manylinux_2_28_x86_64', 'win_amd64'].map((platform) => wheel(`numpy-2.4.5-${tag}-${platform}.whl`)),
);

function wheel(filename: string): object {
  return { filename, url: filename, hashes: {} };
}

let server: LocalServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

function find(timeoutMs?: number): ReturnType<typeof findLibraryRelease> {
  return findLibraryRelease('numpy', '2.4.5', { origin: `${server.origin}/simple`, timing: quickly(timeoutMs) });
}

it('finds an sdist and the Python tags that have wheels, in their order', async () => {
  const other = wheel('numpy-2.4.50-cp315-cp315-win_amd64.whl');
  server.replies = { [page]: json({ files: [other, ...wheels, sdist] }), [sdistUrl]: bytes('') };
  const pythonTags = ['3.9', '3.13', '3.13t', '3.14t'];
  expect(await find()).toEqual({ version: '2.4.5', sha256, file: 'numpy-2.4.5.tar.gz', pythonTags });
});

it.each([
  { what: 'is absent', files: wheels },
  { what: 'was yanked', files: [...wheels, { ...sdist, yanked: 'compatibility bug' }] },
  { what: 'has no sha256', files: [...wheels, { ...sdist, hashes: { md5: 'd' } }] },
  { what: 'has no wheels yet', files: [sdist] },
  { what: 'is not served yet', files: [...wheels, sdist] },
])('says "no such release" when the sdist $what', async ({ files }) => {
  server.replies = { [page]: json({ files }) };
  expect(await find()).toBeUndefined();
});

it('says "no such release" when the index does not know the library', async () => {
  expect(await find()).toBeUndefined();
});

describe.each(faults)('when the index $what', ({ reply, message, tries, timeoutMs }) => {
  it('it is an error, never "no such release"', async () => {
    server.replies = { [page]: reply };
    await expect(find(timeoutMs)).rejects.toThrow(message);
    expect(server.asked).toHaveLength(tries);
  });
});

it('is the one of the environment, before pip is asked', async () => {
  expect(await findIndexUrl({ PIP_INDEX_URL: 'https://index.example/simple' })).toBe('https://index.example/simple');
});
