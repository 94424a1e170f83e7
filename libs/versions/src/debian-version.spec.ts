import { expect, it } from '@jest/globals';

import { compareDebianVersions } from './debian-version.ts';

it.each`
  older                | newer                         | why
  ${'3.5.6-1~deb13u1'} | ${'3.5.7-1~deb13u2'}          | ${'upstream'}
  ${'3.5.7-1~deb13u2'} | ${'3.5.7-1~deb13u10'}         | ${'numbers'}
  ${'3.5.7-1~deb13u1'} | ${'3.5.7-1'}                  | ${'a tilde'}
  ${'1.5.7+dfsg-1'}    | ${'1.5.7+dfsg-1+deb13u1'}     | ${'a suffix'}
  ${'1.5.7-1'}         | ${'1.5.7+dfsg-1'}             | ${'a longer upstream'}
  ${'2.0-1'}           | ${'1:1.3.dfsg+really1.3.1-1'} | ${'an epoch'}
  ${'1.0a-1'}          | ${'1.0+-1'}                   | ${'letters'}
  ${'3.46.1-7'}        | ${'3.46.1-7+deb13u1'}         | ${'a revision'}
  ${'1.0-1-1'}         | ${'1.0-1-2'}                  | ${'a hyphen of upstream'}
  ${'1.0'}             | ${'1.0-1'}                    | ${'no revision'}
`('$older is older than $newer: $why', ({ older, newer }: Record<'older' | 'newer', string>) => {
  expect(Math.sign(compareDebianVersions(older, newer))).toBe(-1);
  expect(Math.sign(compareDebianVersions(newer, older))).toBe(1);
  expect(compareDebianVersions(newer, newer)).toBe(0);
});
