import { expect, it } from '@jest/globals';

import { warnOfQuiet } from './quiet.ts';

it.each<{ days: number; warns: boolean }>`
  days  | warns
  ${0}  | ${false}
  ${49} | ${false}
  ${50} | ${true}
  ${61} | ${true}
`('after $days days: warns is $warns', ({ days, warns }) => {
  const warning = warnOfQuiet(0, days * 24 * 60 * 60 * 1000);
  expect(warning?.includes(`${days} days old`) ?? false).toBe(warns);
});
