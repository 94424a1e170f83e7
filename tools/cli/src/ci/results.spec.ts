import { expect, it } from '@jest/globals';

import type { Counts } from '../test-steps.ts';
import { countStage, formatTable, type StageResult, whyNot } from './results.ts';
import type { Stage } from './stages.ts';

it.each<{ last: string; exitCode: number | undefined; counts: number[] }>`
  what                          | last                                | exitCode     | counts
  ${'a line of counts'}         | ${'12 passed, 0 failed'}            | ${0}         | ${[12, 0, 0]}
  ${'one with failures'}        | ${'11 passed, 2 failed, 3 skipped'} | ${1}         | ${[11, 2, 3]}
  ${'no counts, and success'}   | ${'numpy-tsan is up to date'}       | ${0}         | ${[1, 0, 0]}
  ${'no counts, and failure'}   | ${'error: no space left'}           | ${1}         | ${[0, 1, 0]}
  ${'a failure behind counts'}  | ${'12 passed, 0 failed'}            | ${1}         | ${[12, 1, 0]}
  ${'a stage that was killed'}  | ${'12 passed, 0 failed'}            | ${undefined} | ${[12, 1, 0]}
  ${'words around such a line'} | ${'so far 12 passed, 0 failed'}     | ${0}         | ${[1, 0, 0]}
  ${'nothing'}                  | ${''}                               | ${0}         | ${[1, 0, 0]}
`('counts $what', ({ last, exitCode, counts: [passed, failed, skipped] }) => {
  expect(countStage(last, exitCode)).toEqual({ passed, failed, skipped });
});

const build: Stage = { name: 'build x', command: ['x'], why: 'always' };
const verify: Stage = { name: 'verify x', command: ['x'], why: 'always', needs: 'build x' };

function result(stage: Stage, failed: number, seconds: number | undefined = 1): StageResult {
  const counts: Counts = { passed: 1, failed, skipped: 0 };
  return { stage, counts, seconds, why: stage.why ?? '' };
}

it.each<{ stage: Stage; results: StageResult[]; why: string | undefined }>`
  stage                            | results               | why
  ${build}                         | ${[]}                 | ${undefined}
  ${verify}                        | ${[result(build, 0)]} | ${undefined}
  ${verify}                        | ${[result(build, 1)]} | ${'not run: "build x" failed'}
  ${{ ...verify, why: undefined }} | ${[result(build, 1)]} | ${'not run: "build x" failed'}
  ${{ ...verify, why: undefined }} | ${[result(build, 0)]} | ${'not run: it has passed with its present inputs'}
`('$stage.name after $results.length stages: $why', ({ stage, results, why }) => {
  expect(whyNot(stage, results)).toBe(why);
});

it('puts all stages into a table', () => {
  const results = [result(build, 0, 12.4), { ...result(verify, 0), seconds: undefined, why: 'not run' }];
  expect(formatTable(results)).toBe(
    [
      'stage     seconds  result  why',
      'build x   12       passed  always',
      'verify x  -        -       not run',
      'all       12',
    ].join('\n'),
  );
});
