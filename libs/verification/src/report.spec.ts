import { expect, it } from '@jest/globals';

import { type CaseResult, formatCase, formatReport, reportOf } from './report.ts';
import { judgeBuild, type Verdict } from './verdict.ts';

const silent: CaseResult = {
  check: 'cpython-tsan/silent',
  title: 'a correct program is silent',
  proofs: [6],
  verdict: 'pass',
  tries: 1,
  seconds: 2.04,
  reasons: [],
  findings: [],
};
const race: CaseResult = {
  ...silent,
  check: 'numpy-tsan/races',
  title: 'add is found',
  proofs: [5, 7],
  verdict: 'fail',
  tries: 5,
  seconds: 12.3,
  reasons: ['findings: expected 1 or more, found none'],
};
const subject = { image: 'numpy-tsan', pythonTag: '3.13.5t', buildId: 'b'.repeat(64), imageId: 'sha256:1' };

it('is a table with the reasons under what did not pass, and the verdict last', () => {
  expect(formatReport(reportOf(subject, 'c'.repeat(64), 14.6, [silent, race]))).toBe(
    [
      'check                proof  verdict  tries  seconds  what',
      'cpython-tsan/silent  6      pass     1      2.0      a correct program is silent',
      'numpy-tsan/races     5,7    fail     5      12.3     add is found',
      '    findings: expected 1 or more, found none',
      '',
      'numpy-tsan 3.13.5t: fail (1 pass, 1 fail, 0 could-not-start; 15 s)',
    ].join('\n'),
  );
});

it.each<{ verdicts: Verdict[]; verdict: Verdict }>([
  { verdicts: ['pass', 'pass'], verdict: 'pass' },
  { verdicts: ['pass', 'fail'], verdict: 'fail' },
  { verdicts: ['pass', 'could-not-start'], verdict: 'could-not-start' },
  { verdicts: ['fail', 'could-not-start', 'pass'], verdict: 'could-not-start' },
  { verdicts: [], verdict: 'fail' },
])('$verdicts make a $verdict', ({ verdicts, verdict }) => {
  expect(judgeBuild(verdicts.map((it) => ({ verdict: it })))).toBe(verdict);
});

it('has a line for each case as it comes in', () => {
  expect(formatCase(race)).toBe('fail: numpy-tsan/races: add is found (5 tries, 12.3 s)');
  expect(formatCase(silent)).toBe('pass: cpython-tsan/silent: a correct program is silent (2.0 s)');
});
