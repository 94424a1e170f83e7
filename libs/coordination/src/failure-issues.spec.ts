import { expect, it } from '@jest/globals';

import type { Row, Status } from './coordinate.ts';
import { type Issue, type IssueAction, reconcileIssues } from './failure-issues.ts';
import { runOf } from '@pysan/testing/factory';

const runs = [1, 2, 3].map((id) => runOf('numpy-tsan 3.14.10t b0123456789ab', 'failure', id, id)).toReversed();

function rowOf(status: Status, failures = 0, tag = '3.14t'): Row {
  const past = failures === 0 ? {} : { failures: runs.slice(-failures) };
  return {
    image: 'numpy-tsan',
    tag,
    python: '3.14.10t',
    status,
    why: '',
    buildId: '0123456789ab'.padEnd(64, '0'),
    ...past,
  };
}

/** The issues as GitHub has them after some actions. */
function apply(actions: readonly IssueAction[], issues: readonly Issue[] = []): Issue[] {
  const after = new Map(issues.map((issue) => [issue.number, issue]));
  for (const action of actions) {
    if (action.do === 'open') {
      const number = after.size + 1;
      after.set(number, { number, title: action.title, body: action.body.replaceAll('\n', '\r\n') });
    } else if (action.do === 'close') {
      after.delete(action.number);
    } else {
      after.set(action.number, { ...(after.get(action.number) as Issue), body: action.body });
    }
  }
  return [...after.values()];
}

const open = apply(reconcileIssues([rowOf('failed', 1)], []));

it('opens one for what failed, with the build, the run, and when it is tried again', () => {
  expect(open).toHaveLength(1);
  expect(open[0]?.title).toBe('numpy-tsan 3.14t fails to build');
  expect(open[0]?.body).toContain('- build: b0123456789ab\r\n- failures in a row: 1\r\n');
  expect(open[0]?.body).toContain('- last: 1970-01-02T00:00:00.000Z, https://git.test/runs/1 (failure)');
  expect(open[0]?.body).toContain('- next try: not before 1970-01-03T00:00:00.000Z');
  expect(open[0]?.body).toContain('To try at once: Actions, numpy-tsan, Run workflow, with 3.14.10t.');
});

it('does nothing while nothing changes', () => {
  expect(reconcileIssues([rowOf('failed', 1)], open)).toEqual([]);
});

it('counts the next failure in the same one, and says so', () => {
  expect(reconcileIssues([rowOf('failed', 2)], open)).toEqual([
    {
      do: 'update',
      number: 1,
      body: expect.stringContaining('failures in a row: 2'),
      comment: 'Failed again, 2 times by now: https://git.test/runs/2',
    },
  ]);
});

it.each`
  row                           | closes
  ${rowOf('fresh')}             | ${'It is published and proven.'}
  ${rowOf('fresh', 0, '3.13t')} | ${'It is no longer tracked.'}
  ${rowOf('unknown')}           | ${undefined}
  ${rowOf('blocked')}           | ${undefined}
  ${rowOf('waiting')}           | ${undefined}
  ${rowOf('running', 1)}        | ${undefined}
  ${rowOf('dispatched', 1)}     | ${undefined}
  ${rowOf('on-hold')}           | ${undefined}
  ${rowOf('not-buildable')}     | ${undefined}
`('closes it for $row.status of $row.tag: $closes', ({ row, closes }) => {
  const expected = closes === undefined ? [] : [{ do: 'close', number: 1, comment: closes as string }];
  expect(reconcileIssues([row as Row], open)).toEqual(expected);
});

it('closes a second one of the same title, and leaves what others wrote', () => {
  const double = { ...(open[0] as Issue), number: 7 };
  const others = [
    { number: 8, title: 'cpython 3.16t-dev fails to build', body: '' },
    { number: 9, title: 'Something fails to build', body: '' },
  ];
  expect(reconcileIssues([rowOf('failed', 1)], [double, ...others, ...open])).toEqual([
    { do: 'close', number: 7, comment: 'Another issue covers this failure.' },
  ]);
});
