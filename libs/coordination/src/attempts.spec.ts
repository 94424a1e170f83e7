import { expect, it } from '@jest/globals';
import type { Build } from '@pysan/model';

import { attemptsOf, nextTryAfter, type WorkflowRun } from './attempts.ts';
import { runOf } from '@pysan/testing/factory';

const build = {
  id: '0123456789ab'.padEnd(64, '0'),
  python: { version: '3.14.10', freeThreaded: true, dev: false },
} as Build;

const own = 'numpy-tsan 3.14.10t b0123456789ab';

it.each`
  name                                        | conclusion     | running  | failures
  ${own}                                      | ${undefined}   | ${true}  | ${0}
  ${'numpy-tsan 3.14.10t bffffffffffff'}      | ${undefined}   | ${true}  | ${0}
  ${'numpy-tsan 3.14.10t'}                    | ${undefined}   | ${true}  | ${0}
  ${'numpy-tsan'}                             | ${undefined}   | ${true}  | ${0}
  ${'a name that somebody thought was nicer'} | ${undefined}   | ${true}  | ${0}
  ${'numpy-tsan 3.14.9t b0123456789ab'}       | ${undefined}   | ${false} | ${0}
  ${own}                                      | ${'failure'}   | ${false} | ${1}
  ${own}                                      | ${'timed_out'} | ${false} | ${1}
  ${own}                                      | ${'cancelled'} | ${false} | ${1}
  ${own}                                      | ${'success'}   | ${false} | ${1}
  ${own}                                      | ${'skipped'}   | ${false} | ${0}
  ${'numpy-tsan 3.14.10t bffffffffffff'}      | ${'failure'}   | ${false} | ${0}
  ${'numpy-tsan 3.14.10t'}                    | ${'failure'}   | ${false} | ${0}
`('of a build that is missing: "$name" ($conclusion) is running: $running, failures: $failures', (row) => {
  const { name, conclusion, running, failures } = row as {
    name: string;
    conclusion: string | undefined;
    running: boolean;
    failures: number;
  };
  const attempts = attemptsOf(build, [runOf(name, conclusion)], false);
  expect(attempts.running !== undefined).toBe(running);
  expect(attempts.failures).toHaveLength(failures);
});

it('of a build that lacks only its proof, what was before the last success does not count', () => {
  const runs = [runOf(own, 'failure', 1, 1), runOf(own, 'success', 2, 2), runOf(own, 'failure', 3, 3)];
  expect(attemptsOf(build, runs, true).failures.map(({ id }) => id)).toEqual([3]);
  expect(attemptsOf(build, runs, false).failures.map(({ id }) => id)).toEqual([3, 2, 1]);
});

it.each([
  [0, 0],
  [1, 1],
  [2, 2],
  [3, 4],
  [4, 8],
  [5, 16],
  [50, 16],
])('after %i failures waits %i days', (failures, days) => {
  const runs: WorkflowRun[] = Array.from({ length: failures }, (_, index) => runOf(own, 'failure', 100 - index));
  const last = failures === 0 ? 0 : 100;
  expect(nextTryAfter(runs) / (24 * 60 * 60 * 1000)).toBe(last + days);
});
