import { expect, it } from '@jest/globals';

import { parseLock, parsePackageLock } from './lock.ts';

it('lists every problem with its path', () => {
  const text = JSON.stringify({
    component: 'numpy',
    colour: 'red',
    repository: 'https://git.example/numpy',
    branch: 'main',
    releases: [{ version: 'v2.x', sha256: 'abc', file: 'numpy-2.5.5.tar.gz', pythonTags: [] }],
  });

  expect(() => parseLock('numpy', 'versions/numpy/lock.json', text)).toThrow(
    [
      'versions/numpy/lock.json is not valid:',
      '  - releases[0].version: expected a PEP 440 release',
      '  - releases[0].sha256: expected 64 hex digits',
      '  - releases[0].pythonTags: Too small: expected array to have >=1 items',
      '  - colour: unknown key',
    ].join('\n'),
  );
});

it('says when a file is not JSON', () => {
  expect(() => parseLock('cpython', 'versions/cpython/lock.json', '{"component":')).toThrow(/not JSON: /);
});

it('takes any library whose lock has the shape of one', () => {
  const release = { version: '2.1.1', sha256: '0'.repeat(64), file: 'cffi-2.1.1.tar.gz', pythonTags: ['3.14t'] };
  const text = JSON.stringify({ component: 'cffi', releases: [release] });
  expect(parsePackageLock('cffi', 'versions/cffi/lock.json', text).releases).toEqual([release]);
  expect(() => parsePackageLock('cfi', 'versions/cfi/lock.json', text)).toThrow(/component: .*"cfi"/);
});

it('takes the tools that one library is built with, but no lock without those of all images', () => {
  const requirements = {
    tools: { default: 'tools.txt' },
    test: { default: 'test.txt' },
    scipy: { default: 'scipy.txt', '3.13t': 'scipy-3.13t.txt' },
  };
  const parse = (sets: object) =>
    parseLock('tools', 'versions/tools/lock.json', JSON.stringify({ requirements: sets }));
  expect(parse(requirements)).toEqual({ requirements });
  expect(() => parse({ ...requirements, test: undefined })).toThrow(/requirements\.test: /);
  expect(() => parse({ ...requirements, scipy: {} })).toThrow(/requirements\.scipy\.default: /);
});

it("takes a source package in Debian's own version, and one of it", () => {
  const release = { version: '1:1.3.dfsg+really1.3.1-1', sha256: '0'.repeat(64), path: 'pool/main/z/zlib/zlib.dsc' };
  const parse = (...releases: object[]) =>
    parseLock('zlib', 'versions/zlib/lock.json', JSON.stringify({ component: 'zlib', releases }));
  expect(parse(release).releases).toEqual([release]);
  expect(() => parse({ ...release, version: 'v1.3' })).toThrow(/releases\[0\]\.version: expected a Debian version/);
  expect(() => parse(release, release)).toThrow(/releases: /);
});
