import { expect, it } from '@jest/globals';
import { formatPythonTag } from '@pysan/model';

import { defaultCandidates, defaultPython, writtenDefault } from './default-python.ts';

const sha256 = '0'.repeat(64);
const cpython = ['3.13.5', '3.15.0rc1', '3.14.9', '3.14.10', '3.12.9'].map((version) => ({ version, sha256 }));
const release = (version: string, pythonTags: string[]) => ({
  version,
  sha256,
  file: `x-${version}.tar.gz`,
  pythonTags,
});
const numpy = [release('2.4.6', ['3.12', '3.13t', '3.14t', '3.15t'])];
const scipy = [release('1.17.1', ['3.12', '3.13t'])];

it('takes stable releases that all libraries support free-threaded, the newest first', () => {
  const versions = (...libraries: (typeof numpy)[]) =>
    defaultCandidates(cpython, libraries).map(({ version }) => version);
  expect(versions(numpy)).toEqual(['3.14.10', '3.14.9', '3.13.5']);
  expect(versions(numpy, scipy)).toEqual(['3.13.5']);
  expect(versions()).toEqual(['3.14.10', '3.14.9', '3.13.5', '3.12.9']);
});

const candidates = [
  { version: '3.15.2', sha256 },
  { version: '3.14.10', sha256 },
  { version: '3.14.9', sha256 },
  { version: '3.13.5', sha256, debian: { package: 'python3.13', suite: 'trixie' } },
];

it.each([
  { proven: ['3.13.5t'], python: '3.13.5t', newer: '; newer: --python 3.15t, --python 3.14t' },
  { proven: ['3.13.5t', '3.14.9t'], python: '3.14.9t', newer: '; newer: --python 3.15t, --python 3.14t' },
  { proven: ['3.15.2t', '3.14.9t'], python: '3.15.2t', newer: '' },
  { proven: ['3.15.2', '3.13.5t'], python: '3.13.5t', newer: '; newer: --python 3.15t, --python 3.14t' },
  { proven: ['3.14.10'], python: '3.14.10', newer: '; newer: --python 3.15' },
  { proven: ['3.13.4t', '3.16t-dev', '', '3.13.5t'], python: '3.13.5t', newer: /./ },
])('is $python where $proven are proven', ({ proven, python, newer }) => {
  const found = defaultPython({ image: 'numpy-tsan', proven, candidates, suite: 'trixie' });
  const line = `Python ${python}: the newest that is recorded as proven for numpy-tsan`;
  expect(found?.reason.startsWith(line)).toBe(true);
  expect(found?.reason.slice(line.length)).toEqual(typeof newer === 'string' ? newer : expect.stringMatching(newer));
  expect(found && formatPythonTag(found.tag)).toBe(python);
});

it('is what stands in the Dockerfiles where nothing is proven, and says so', () => {
  expect(defaultPython({ image: 'x', proven: [], candidates, suite: 'trixie' })?.reason).toBe(
    'Python 3.13.5t: the default of the Dockerfiles; no Python is recorded as proven for x; newer: --python 3.15t, --python 3.14t',
  );
  expect(defaultPython({ image: 'x', proven: [], candidates: [], suite: 'trixie' })).toBeUndefined();
});

it.each([
  { suite: 'trixie', version: '3.13.5' },
  { suite: 'bookworm', version: '3.15.2' },
])('writes $version into Dockerfiles on $suite', ({ suite, version }) => {
  expect(writtenDefault(candidates, suite)?.version).toBe(version);
});
