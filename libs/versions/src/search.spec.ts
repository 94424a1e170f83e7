import { expect, it } from '@jest/globals';

import type { Found } from './found.ts';
import { isStable } from './pep440.ts';
import { describePassedOver, newerReleases, newestHeld, searchFirst } from './search.ts';

const announced = ['3.14.9', '3.15.0rc3', '3.14.11', '3.14.10', '3.15.0a1'].map((version) => ({
  version,
  preRelease: !isStable(version),
}));

it.each`
  held         | preRelease | candidates
  ${undefined} | ${false}   | ${['3.14.11', '3.14.10', '3.14.9']}
  ${'3.14.10'} | ${false}   | ${['3.14.11']}
  ${'3.14.11'} | ${false}   | ${[]}
  ${'3.14.12'} | ${false}   | ${[]}
  ${'3.14.10'} | ${true}    | ${['3.15.0rc3', '3.15.0a1', '3.14.11']}
`('newer than $held (pre-releases: $preRelease) are $candidates', ({ held, preRelease, candidates }) => {
  const newer = newerReleases(announced, held as string | undefined, preRelease as boolean);
  expect(newer.map(({ version }) => version)).toEqual(candidates);
});

it.each`
  preRelease | held
  ${false}   | ${'3.14.11'}
  ${true}    | ${'3.15.0rc3'}
`('holds $held (pre-releases: $preRelease)', ({ preRelease, held }) => {
  expect(newestHeld(announced, preRelease as boolean)).toBe(held);
  expect(newestHeld([], preRelease as boolean)).toBeUndefined();
});

it('takes the first that can be built, asks no further, and remembers why the others are none', async () => {
  const asked: string[] = [];
  const probe = ({ version }: { version: string }): Promise<Found<string>> => {
    asked.push(version);
    return Promise.resolve(version === '3.14.9' ? { release: 'built' } : { missing: 'no tarball' });
  };
  const candidates = ['3.14.11', '3.14.10', '3.14.9', '3.14.8'].map((version) => ({ version }));
  const search = await searchFirst(candidates, probe);
  expect(asked).toEqual(['3.14.11', '3.14.10', '3.14.9']);
  expect(search.found).toBe('built');
  expect(describePassedOver(search.passedOver)).toBe('3.14.11, 3.14.10: no tarball');
});

it('names three of many that have the same reason', () => {
  const passedOver = ['5', '4', '3', '2', '1'].map((version) => ({ version, reason: 'no wheels' }));
  expect(describePassedOver(passedOver)).toBe('5, 4, 3 and 2 more: no wheels');
});
