import { expect, it } from '@jest/globals';

import { formatPythonTag, isSeries, parsePythonTag, seriesTag } from './python-tag.ts';

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
])('"%s" is refused, with the forms that there are', (text) => {
  expect(() => parsePythonTag(text)).toThrow(/is not a Python tag\. Write a release \(3\.14\.3t/);
});

it('knows a series from a release', () => {
  expect(['3.14t', '3.14.3t', '3.16t-dev'].map((text) => isSeries(parsePythonTag(text)))).toEqual([true, false, false]);
  expect(formatPythonTag(seriesTag(parsePythonTag('3.14.3t')))).toBe('3.14t');
});
