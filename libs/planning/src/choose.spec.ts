import { expect, it } from '@jest/globals';
import { formatPythonTag } from '@pysan/model';

import { tagOfTree } from './choose.ts';

it.each([
  { version: '3.13.5', python: undefined, tag: '3.13.5t' },
  { version: '3.13.5', python: '3.13.5', tag: '3.13.5' },
  { version: '3.13.5', python: '3.13', tag: '3.13.5' },
  { version: '3.13.5+', python: undefined, tag: '3.13.5t' },
  { version: '3.15.0rc1', python: undefined, tag: '3.15.0rc1t' },
  { version: '3.16.0a0', python: undefined, tag: '3.16t-dev' },
  { version: '3.16.0a2+', python: undefined, tag: '3.16t-dev' },
  { version: '3.16.0a2+', python: '3.16', tag: '3.16-dev' },
  { version: '3.16.0a2', python: '3.16t-dev', tag: '3.16t-dev' },
])('a tree of CPython $version is $tag when $python is asked for', ({ version, python, tag }) => {
  expect(formatPythonTag(tagOfTree(version, python))).toBe(tag);
});

it.each([
  { version: '3.13.5', python: '3.13.15' },
  { version: '3.16.0a2+', python: '3.15t-dev' },
])('refuses $python for a tree of CPython $version', ({ version, python }) => {
  expect(() => tagOfTree(version, python)).toThrow(`The source tree is CPython ${version}, not ${python}.`);
});
