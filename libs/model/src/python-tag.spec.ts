import { expect, it } from '@jest/globals';

import { formatPythonTag, isSeries, parseBuiltTag, parsePythonTag, type PythonTag, seriesTag } from './python-tag.ts';

it.each(['3.14.3t', '3.14.3', '3.14t', '3.14', '3.15.0rc1t', '3.15.0a2', '3.13.0', '3.16t-dev', '3.16-dev'])(
  '%s is read and written back',
  (text) => {
    expect(formatPythonTag(parsePythonTag(text))).toBe(text);
  },
);

it.each([
  '',
  '3',
  '3.14.',
  '3.14.03',
  '03.14',
  '3.14T',
  '3.14.3tt',
  '3.14rc1',
  '3.14.3 ',
  'v3.14.3',
  '3.14.3.1',
  'latest',
  '3.16.0t-dev',
  '3.16-devt',
  '3.1000000000000000t',
  '3.14.1000000000000000',
  '3.15.0rc1000000000000000',
])('"%s" is refused, with the forms that there are', (text) => {
  expect(() => parsePythonTag(text)).toThrow(/is not a Python tag\. Write a release \(3\.14\.3t/);
});

it('reads back each of thousands of tags that it writes, and no two are written alike', () => {
  const numbers = ['0', '1', '9', '10', '14', '105'];
  const series = ['2', '3', '10'].flatMap((major) => numbers.map((minor) => `${major}.${minor}`));
  const ends = ['', 'a1', 'a10', 'b2', 'rc1', 'rc9'];
  const releases = series.flatMap((it) => numbers.flatMap((patch) => ends.map((end) => `${it}.${patch}${end}`)));
  const tags = [true, false].flatMap((freeThreaded) => [
    ...[...releases, ...series].map((version): PythonTag => ({ version, freeThreaded, dev: false })),
    ...series.map((version): PythonTag => ({ version, freeThreaded, dev: true })),
  ]);
  const texts = tags.map(formatPythonTag);
  expect(tags.length).toBeGreaterThan(1000);
  expect(texts.map(parsePythonTag)).toEqual(tags);
  expect(new Set(texts).size).toBe(tags.length);
});

it('refuses every tag with one more letter in it, unless that makes another tag', () => {
  for (const text of ['3.14', '3.14t', '3.14.3t', '3.15.0rc1', '3.16t-dev']) {
    for (const letter of ' .-tvx+!') {
      const edited = [...text, ''].map((_, at) => text.slice(0, at) + letter + text.slice(at));
      const read = edited.filter((it) => isTag(it));
      expect(read.map((it) => formatPythonTag(parsePythonTag(it)))).toEqual(read);
    }
  }
});

it('reads the tag of an image with a source tree of the user', () => {
  expect(['3.13.5t', '3.13.5t-local', '3.16t-dev-local'].map(parseBuiltTag)).toEqual([
    '3.13.5t',
    '3.13.5t-local',
    '3.16t-dev-local',
  ]);
  expect(() => parseBuiltTag('3.13.x-local')).toThrow('"3.13.x" is not a Python tag');
  expect(() => parsePythonTag('3.13.5t-local')).toThrow('"3.13.5t-local" is not a Python tag');
});

it('knows a series from a release', () => {
  expect(['3.14t', '3.14.3t', '3.16t-dev'].map((text) => isSeries(parsePythonTag(text)))).toEqual([true, false, false]);
  expect(formatPythonTag(seriesTag(parsePythonTag('3.14.3t')))).toBe('3.14t');
});

function isTag(text: string): boolean {
  try {
    parsePythonTag(text);
    return true;
  } catch {
    return false;
  }
}
