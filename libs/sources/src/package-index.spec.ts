import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bytes, faults, json, type LocalServer, quickly, startServer, status } from '@pysan/testing/local-server';

import { findIndex, findLibraryRelease } from './package-index.ts';

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

it.each`
  env                                                                                   | origin
  ${{ PIP_INDEX_URL: 'https://index.example/simple/' }}                                 | ${'https://index.example/simple'}
  ${{ UV_DEFAULT_INDEX: 'https://uv.example', PIP_INDEX_URL: 'https://index.example' }} | ${'https://uv.example'}
  ${{ UV_DEFAULT_INDEX: 'own=https://uv.example/x' }}                                   | ${'https://uv.example/x'}
  ${{ UV_DEFAULT_INDEX: '', UV_INDEX_URL: 'https://index.example' }}                    | ${'https://index.example'}
`('$env names the index $origin, before pip is asked', async ({ env, origin }) => {
  expect(await findIndex(env as NodeJS.ProcessEnv)).toEqual({ origin });
});

it('tells a password to the index only, and in no message', async () => {
  const address = server.origin.replace('//', '//me:s%40cret@');
  const index = await findIndex({ PIP_INDEX_URL: `${address}/simple` });
  const files = await startServer();
  const elsewhere = { ...sdist, url: `${files.origin}${sdistUrl}` };
  server.replies = { [page]: [json({ files: [...wheels, elsewhere] }), status(500)] };
  files.replies = { [sdistUrl]: bytes('') };
  await findLibraryRelease('numpy', '2.4.5', index);
  files.stop();
  const authorization = `Basic ${Buffer.from('me:s@cret').toString('base64')}`;
  expect([...server.asked, ...files.asked].map(({ headers }) => headers.authorization)).toEqual([
    authorization,
    undefined,
  ]);
  const failing = findLibraryRelease('numpy', '2.4.5', { ...index, timing: quickly() });
  await expect(failing).rejects.toThrow(/answered 500/);
  await expect(failing).rejects.not.toThrow(/cret/);
});
