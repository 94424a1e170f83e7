import { describe, expect, it } from '@jest/globals';
import { parsePythonTag } from '@pysan/model';

import { selectCpython, selectLibrary } from './select.ts';

const sha256 = '0'.repeat(64);
const cpython = ['3.15.0rc1', '3.14.9', '3.14.10', '3.13.5'].map((version) => ({ version, sha256 }));
const numpy = [
  { version: '2.4.6', sha256, file: 'numpy-2.4.6.tar.gz', pythonTags: ['3.13', '3.13t', '3.14t'] },
  { version: '2.5.5', sha256, file: 'numpy-2.5.5.tar.gz', pythonTags: ['3.13', '3.14t'] },
];

describe('selectCpython', () => {
  it.each([
    { tag: '3.14t', release: '3.14.10' },
    { tag: '3.14', release: '3.14.10' },
    { tag: '3.14.9t', release: '3.14.9' },
    { tag: '3.15.0rc1', release: '3.15.0rc1' },
    { tag: '3.14.11', release: undefined },
  ])('$tag means $release', ({ tag, release }) => {
    expect(selectCpython(cpython, parsePythonTag(tag))?.version).toBe(release);
  });

  it('refuses a series without a stable release, and says what there is', () => {
    expect(() => selectCpython(cpython, parsePythonTag('3.15t'))).toThrow(
      'No stable release of Python 3.15 is locked. Locked: 3.15.0rc1, 3.14.10, 3.14.9, 3.13.5.',
    );
  });
});

describe('selectLibrary', () => {
  it.each([
    { tag: '3.13.5t', requested: undefined, release: '2.4.6' },
    { tag: '3.13.5', requested: undefined, release: '2.5.5' },
    { tag: '3.14.9t', requested: undefined, release: '2.5.5' },
    { tag: '3.13.5', requested: '2.4.6', release: '2.4.6' },
    { tag: '3.13.5', requested: '2.4.5', release: undefined },
  ])('Python $tag, numpy $requested gets $release', ({ tag, requested, release }) => {
    expect(selectLibrary('numpy', numpy, parsePythonTag(tag), requested)?.version).toBe(release);
  });

  it('refuses a release that upstream does not build for that Python, and names what fits', () => {
    expect(() => selectLibrary('numpy', numpy, parsePythonTag('3.13.5t'), '2.5.5')).toThrow(
      'numpy 2.5.5 does not support Python 3.13.5t: upstream publishes wheels for 3.13, 3.14t. What fits: 2.4.6.',
    );
  });

  it('refuses a Python that no locked release supports', () => {
    expect(() => selectLibrary('numpy', numpy, parsePythonTag('3.16t'), undefined)).toThrow(
      'No locked release of numpy supports Python 3.16t.',
    );
  });
});
