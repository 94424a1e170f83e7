import { expect, it } from '@jest/globals';

import { findSpecChange, type SpecInputs } from './passed.ts';

const now: SpecInputs = { 'numpy-tsan 3.13.5t': 'a', 'libs/engine': 'b' };

it.each<{ recorded: SpecInputs | undefined; why: string | undefined }>`
  recorded                                             | why
  ${undefined}                                         | ${'it was never recorded as passed'}
  ${now}                                               | ${undefined}
  ${{ 'libs/engine': 'b', 'numpy-tsan 3.13.5t': 'a' }} | ${undefined}
  ${{ ...now, 'libs/engine': 'c' }}                    | ${'changed since it passed: libs/engine'}
  ${{ 'libs/engine': 'c' }}                            | ${'changed since it passed: libs/engine, numpy-tsan 3.13.5t'}
  ${{ ...now, 'libs/gone': 'c' }}                      | ${'changed since it passed: libs/gone'}
  ${{}}                                                | ${'changed since it passed: libs/engine, numpy-tsan 3.13.5t'}
`('of $recorded says $why', ({ recorded, why }) => {
  expect(findSpecChange(recorded, now)).toBe(why);
});
