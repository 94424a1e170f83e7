import { expect, it } from '@jest/globals';

import { describeSources, developmentIssues, developmentProblems, type Outcome, waitFor } from './development.ts';
import type { Issue } from './failure-issues.ts';

const commits = { cpython: '1'.repeat(40), numpy: '2'.repeat(40) };
const failed: Outcome = { image: 'numpy-tsan', tag: '3.16t-dev', commits, result: { is: 'failed' } };
const published: Outcome = { ...failed, result: { is: 'published' } };
const unknown: Outcome = { ...failed, commits: {}, result: { is: 'unknown', why: 'no answer' } };
const waiting: Outcome = { ...failed, image: 'scipy-tsan', commits: {}, result: { is: 'waiting', for: 'numpy-tsan' } };
const issue: Issue = { number: 7, title: 'numpy-tsan 3.16t-dev fails to build', body: 'old' };
const other: Issue = { ...issue, number: 8, title: 'numpy-tsan 3.15t-dev fails to build' };
const child: Issue = { ...issue, number: 9, title: 'scipy-tsan 3.16t-dev fails to build' };

it.each`
  what                                     | outcomes             | open              | done
  ${'opens one that names the commits'}    | ${[failed]}          | ${[other]}        | ${['open']}
  ${'keeps it up to date'}                 | ${[failed]}          | ${[issue, other]} | ${['update']}
  ${'closes it when it is published'}      | ${[published]}       | ${[issue, other]} | ${['close']}
  ${'does nothing when all is well'}       | ${[published]}       | ${[other]}        | ${[]}
  ${'opens none for what waits'}           | ${[failed, waiting]} | ${[]}             | ${['open']}
  ${'keeps that of a child that waits'}    | ${[failed, waiting]} | ${[child]}        | ${['open']}
  ${'does nothing where nothing is known'} | ${[unknown]}         | ${[issue]}        | ${[]}
`('$what', ({ outcomes, open, done }: Record<string, unknown>) => {
  const actions = developmentIssues(outcomes as Outcome[], open as Issue[], 'https://github.example/run/1');
  expect(actions.map((action) => action.do)).toEqual(done);
  for (const action of actions) {
    expect(action.do === 'open' ? action.title : action.number).toBe(action.do === 'open' ? issue.title : 7);
    expect(
      action.do === 'close' || action.body.includes(`- cpython: ${commits.cpython}\n- numpy: ${commits.numpy}\n`),
    ).toBe(true);
  }
});

it('names what waits for an image in its issue, and nothing of another branch', () => {
  const elsewhere = { ...waiting, image: 'other-tsan', tag: '3.15t-dev' };
  const [action] = developmentIssues([failed, waiting, elsewhere], [], 'https://github.example/run/1');
  expect(action).toMatchObject({ body: expect.stringContaining('- waiting for it: scipy-tsan\n- run: ') });
});

it('says in short what an image was built from', () => {
  expect(describeSources(failed)).toBe('numpy-tsan:3.16t-dev at cpython 111111111111, numpy 222222222222');
});

it.each`
  parent       | result
  ${undefined} | ${undefined}
  ${published} | ${undefined}
  ${failed}    | ${{ is: 'waiting', for: 'numpy-tsan' }}
  ${unknown}   | ${{ is: 'waiting', for: 'numpy-tsan' }}
  ${waiting}   | ${{ is: 'waiting', for: 'numpy-tsan' }}
`('has a child of $parent.result wait for the one to look at: $result', ({ parent, result }) => {
  expect(waitFor(parent as Outcome | undefined)).toEqual(result);
});

it.each`
  outcomes                | problems
  ${[published, waiting]} | ${[]}
  ${[failed, waiting]}    | ${['numpy-tsan:3.16t-dev at cpython 111111111111, numpy 222222222222 failed (waiting for it: scipy-tsan)']}
  ${[unknown]}            | ${['numpy-tsan:3.16t-dev is unknown: no answer']}
`('somebody must look at $problems', ({ outcomes, problems }) => {
  expect(developmentProblems(outcomes as Outcome[])).toEqual(problems);
});
