import { expect, it } from '@jest/globals';

import { compareVersions, isStable, newest, refusalOf, toSemver } from './pep440.ts';

it.each([
  { version: '3.14', semver: '3.14.0' },
  { version: '3.14.3', semver: '3.14.3' },
  { version: 'v2.4.6', semver: '2.4.6' },
  { version: '3.15.0a2', semver: '3.15.0-a.2' },
  { version: '3.15.0rc1', semver: '3.15.0-rc.1' },
  { version: '2.5.0.dev0', semver: '2.5.0-0.dev.0' },
  { version: '1!2.0', semver: undefined },
  { version: '1.0.post1', semver: undefined },
  { version: '1.2.3.4', semver: undefined },
  { version: 'main', semver: undefined },
])('$version maps to $semver', ({ version, semver }) => {
  expect(toSemver(version)).toBe(semver);
});

it.each([
  { version: '3.14.3', reason: undefined },
  { version: '1!2.0', reason: 'it has an epoch' },
  { version: '1.0.post1', reason: 'it is a post release' },
  { version: '1.0-1', reason: 'it is a post release' },
  { version: '1.0+debian.1', reason: 'it is a local version' },
  { version: '1.2.3.4', reason: 'it has more than three segments' },
  { version: '3.15.0a1.dev2', reason: 'it is a development release of a pre-release' },
  { version: '20260101.12345678901234567', reason: 'its number is too large' },
  { version: 'main', reason: 'it is not a release number such as 3.14.3 or 3.15.0rc1' },
  { version: '3', reason: 'it is not a release number such as 3.14.3 or 3.15.0rc1' },
])('$version is filtered: $reason', ({ version, reason }) => {
  expect(refusalOf(version)).toBe(reason);
});

it('orders development before alpha, beta, candidate and release', () => {
  const ordered = ['3.14.10', '3.15.0.dev3', '3.15.0a2', '3.15.0a10', '3.15.0b1', '3.15.0rc1', '3.15.0', '3.15.1'];
  expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered);
});

it('finds the newest, whatever the order of the list', () => {
  expect(newest([{ version: '3.14.9' }, { version: '3.14.10' }, { version: '3.14.3' }])).toEqual({
    version: '3.14.10',
  });
  expect(newest([])).toBeUndefined();
});

it('calls only a final release stable', () => {
  expect(['3.14.3', '3.15.0rc1', '2.5.0.dev0', 'main'].map(isStable)).toEqual([true, false, false, false]);
});
