import { expect, it } from '@jest/globals';

import { defaultCandidates, describeDefault, writtenDefault } from './default-python.ts';

const sha256 = '0'.repeat(64);
const cpython = ['3.13.5', '3.15.0rc1', '3.14.9', '3.14.10', '3.12.9'].map((version) => ({ version, sha256 }));
const numpy = [
  { version: '2.4.6', sha256, file: 'numpy-2.4.6.tar.gz', pythonTags: ['3.12', '3.13t', '3.14t', '3.15t'] },
];

it('takes stable releases that numpy supports free-threaded, the newest first', () => {
  expect(defaultCandidates(cpython, numpy).map(({ version }) => version)).toEqual(['3.14.10', '3.14.9', '3.13.5']);
});

it('says why it did not take a newer one', () => {
  const reason = 'python.org does not serve its source';
  expect(describeDefault('3.14.10', [])).toBe('Python 3.14.10t: the newest locked free-threaded release');
  expect(
    describeDefault('3.13.5', [
      { version: '3.14.10', reason },
      { version: '3.14.9', reason },
    ]),
  ).toBe(
    `Python 3.13.5t: the newest locked free-threaded release whose source this machine can get (3.14.10, 3.14.9: ${reason})`,
  );
});

it.each([
  { suite: 'trixie', version: '3.13.5' },
  { suite: 'bookworm', version: '3.14.10' },
])('writes $version into Dockerfiles on $suite', ({ suite, version }) => {
  const debian = { package: 'python3.13', suite: 'trixie' };
  const candidates = [
    { version: '3.14.10', sha256 },
    { version: '3.13.5', sha256, debian },
  ];
  expect(writtenDefault(candidates, suite)?.version).toBe(version);
});
