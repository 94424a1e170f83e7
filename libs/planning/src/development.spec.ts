import { expect, it } from '@jest/globals';

import { describeOutcome, developmentIssues, type Outcome } from './development.ts';
import type { Issue } from './failure-issues.ts';

const commits = { cpython: '1'.repeat(40), numpy: '2'.repeat(40) };
const failed: Outcome = { image: 'numpy-tsan', tag: '3.16t-dev', commits, failed: true };
const issue: Issue = { number: 7, title: 'numpy-tsan 3.16t-dev fails to build', body: 'old' };
const other: Issue = { ...issue, number: 8, title: 'numpy-tsan 3.15t-dev fails to build' };

it.each`
  what                                  | outcome                         | open              | done
  ${'opens one that names the commits'} | ${failed}                       | ${[other]}        | ${['open']}
  ${'keeps it up to date'}              | ${failed}                       | ${[issue, other]} | ${['update']}
  ${'closes it when it is published'}   | ${{ ...failed, failed: false }} | ${[issue, other]} | ${['close']}
  ${'does nothing when all is well'}    | ${{ ...failed, failed: false }} | ${[other]}        | ${[]}
`('$what', ({ outcome, open, done }: Record<string, unknown>) => {
  const actions = developmentIssues([outcome as Outcome], open as Issue[], 'https://github.example/run/1');
  expect(actions.map((action) => action.do)).toEqual(done);
  for (const action of actions) {
    expect(action.do === 'open' ? action.title : action.number).toBe(action.do === 'open' ? issue.title : 7);
    expect(
      action.do === 'close' || action.body.includes(`- cpython: ${commits.cpython}\n- numpy: ${commits.numpy}\n`),
    ).toBe(true);
  }
});

it('says in short what an image was built from', () => {
  expect(describeOutcome(failed)).toBe('numpy-tsan:3.16t-dev at cpython 111111111111, numpy 222222222222');
});
