import { expect, it } from '@jest/globals';

import { chooseLatest } from './latest.ts';

/** `v2 v1rc1!`: the newest first; what upstream calls a pre-release has a `!`. */
function read(text: string): { tag: string; preRelease: boolean }[] {
  const words = text.split(' ').filter((word) => word !== '');
  return words.map((word) => ({ tag: word.replace('!', ''), preRelease: word.endsWith('!') }));
}

it.each`
  releases                           | latest              | preRelease | tag
  ${'v1.26.5 v2.5.5'}                | ${'v1.26.5'}        | ${false}   | ${'v2.5.5'}
  ${'v4.2.2 v5 v4'}                  | ${'v4.2.2'}         | ${false}   | ${'v5'}
  ${'1.2.3.4 1.2.3.10 1.2.3'}        | ${'1.2.3.4'}        | ${false}   | ${'1.2.3.10'}
  ${'1.0 1.0.post1'}                 | ${'1.0'}            | ${false}   | ${'1.0.post1'}
  ${'v2025.11.1 v2025.2'}            | ${'v2025.2'}        | ${false}   | ${'v2025.11.1'}
  ${'v2.6.0rc1 v2.5.5'}              | ${'v2.5.5'}         | ${false}   | ${'v2.5.5'}
  ${'v2.6.0rc1 v2.5.5'}              | ${'v2.5.5'}         | ${true}    | ${'v2.6.0rc1'}
  ${'v1.0.0-beta.2 v0.9'}            | ${'v0.9'}           | ${false}   | ${'v0.9'}
  ${'v3.0.0! v2.5.5'}                | ${'v2.5.5'}         | ${false}   | ${'v2.5.5'}
  ${'nightly! v0.11 v0.10'}          | ${'v0.11'}          | ${false}   | ${'v0.11'}
  ${'nightly! v0.11 v0.10'}          | ${'v0.11'}          | ${true}    | ${'v0.11'}
  ${'llvmorg-20.1.8 llvmorg-21.1.7'} | ${'llvmorg-21.1.7'} | ${false}   | ${'llvmorg-21.1.7'}
  ${'llvmorg-22-rc1! llvmorg-21'}    | ${'llvmorg-21'}     | ${true}    | ${'llvmorg-22-rc1'}
  ${'curl-8_11_0 7.1'}               | ${'curl-8_11_0'}    | ${false}   | ${'curl-8_11_0'}
  ${'v3.14.0 v3.15.0a1'}             | ${undefined}        | ${false}   | ${'v3.14.0'}
  ${'v1.0rc1!'}                      | ${undefined}        | ${false}   | ${undefined}
  ${'nightly!'}                      | ${undefined}        | ${false}   | ${undefined}
  ${'nightly!'}                      | ${undefined}        | ${true}    | ${'nightly'}
  ${'1.12345678901234567 1.2'}       | ${'1.2'}            | ${false}   | ${'1.2'}
  ${'stable old'}                    | ${undefined}        | ${true}    | ${undefined}
  ${''}                              | ${undefined}        | ${true}    | ${undefined}
`('of $releases, with $latest as the latest (pre-releases: $preRelease), takes $tag', (row) => {
  const { releases, latest, preRelease, tag } = row as Record<'releases', string> & {
    latest: string | undefined;
    preRelease: boolean;
    tag: string | undefined;
  };
  expect(chooseLatest(read(releases), latest, preRelease).tag).toBe(tag);
});

it('says what it passes over, and why', () => {
  expect(chooseLatest(read('v2.6.0rc1 nightly! weekly v2.5.5 v2.5.4rc1'), 'v2.5.5', false).passedOver).toEqual([
    { version: 'v2.6.0rc1', reason: 'it is a pre-release' },
    { version: 'nightly', reason: 'it is a pre-release' },
    { version: 'weekly', reason: 'it is not a version' },
  ]);
  expect(chooseLatest(read('llvmorg-21 1.0'), 'llvmorg-21', false).passedOver).toEqual([
    { version: '1.0', reason: 'it is not a tag of the usual form' },
  ]);
});
