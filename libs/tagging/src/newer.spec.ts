import { expect, it } from '@jest/globals';

import { isBuildOf, isNewer, type Made } from './newer.ts';

function made(text: string): Made {
  const [python = '', numpy = '', llvm = '', day = ''] = text.split(' ');
  const labels = { 'org.pysan.python': python, 'org.pysan.numpy': numpy, 'org.pysan.llvm': llvm };
  return { digest: `sha256:${text}`, labels, created: `2026-05-${day}T00:00:00Z` };
}

it.each`
  candidate               | named                   | newer
  ${'3.14.4t 2.4.6 22 1'} | ${'3.14.3t 2.4.6 22 2'} | ${true}
  ${'3.14.3t 2.4.6 22 2'} | ${'3.14.4t 2.4.6 22 1'} | ${false}
  ${'3.14.3t 2.5.5 22 1'} | ${'3.14.3t 2.4.6 22 2'} | ${true}
  ${'3.14.3t 2.4.6 22 2'} | ${'3.14.3t 2.4.6 22 1'} | ${true}
  ${'3.14.3t 2.4.6 22 1'} | ${'3.14.3t 2.4.6 22 2'} | ${false}
  ${'3.14.3t 2.4.6 21 1'} | ${'3.14.3t 2.4.6 22 2'} | ${false}
  ${'3.14.3t 2.4.6 22 2'} | ${'3.14.3t 2.4.6 21 1'} | ${true}
  ${'3.14.3 2.4.6 22 2'}  | ${'3.14.3t 2.4.6 22 1'} | ${false}
`('$candidate is newer than $named: $newer', ({ candidate, named, newer }) => {
  expect(isNewer(made(String(candidate)), made(String(named)))).toBe(newer);
});

it.each`
  publicTag      | buildTag                      | is
  ${'3.14t'}     | ${'3.14.3t-b0123456789ab'}    | ${true}
  ${'3.14.3t'}   | ${'3.14.3t-b0123456789ab'}    | ${true}
  ${'3.14'}      | ${'3.14.3t-b0123456789ab'}    | ${false}
  ${'3.15t'}     | ${'3.15.0rc1t-b0123456789ab'} | ${false}
  ${'3.16t-dev'} | ${'3.16t-dev-b0123456789ab'}  | ${true}
  ${'3.14t'}     | ${'3.14t'}                    | ${false}
  ${'3.14t'}     | ${'evil!-b0123456789ab'}      | ${false}
  ${'llvm22'}    | ${'b0123456789ab'}            | ${false}
`('$buildTag is a build of $publicTag: $is', ({ publicTag, buildTag, is }) => {
  expect(isBuildOf(String(publicTag), String(buildTag))).toBe(is);
});
