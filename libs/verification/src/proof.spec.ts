import { expect, it } from '@jest/globals';

import { findOutdated } from './proof.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const now = { buildId: a, checksHash: b };

it.each`
  recorded                         | reason
  ${now}                           | ${undefined}
  ${undefined}                     | ${'it was never recorded as verified'}
  ${{ buildId: b, checksHash: b }} | ${'its build id is aaaaaaaaaaaa, and bbbbbbbbbbbb was verified'}
  ${{ buildId: a, checksHash: a }} | ${'its checks have changed'}
`('of $recorded it says $reason', ({ recorded, reason }) => {
  expect(findOutdated(recorded as typeof now | undefined, now)).toBe(reason);
});
