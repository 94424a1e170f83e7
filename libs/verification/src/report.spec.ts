import { expect, it } from '@jest/globals';

import { type CaseResult, formatCase, formatReport, reportOf } from './report.ts';
import { type CaseVerdict, judgeBuild, type Verdict } from './verdict.ts';

const silent: CaseResult = {
  check: 'cpython-tsan/silent',
  title: 'a correct program is silent',
  proofs: [6],
  verdict: 'pass',
  tries: 1,
  seconds: 2.04,
  reasons: [],
  findings: [],
  upstream: [],
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
const verified = { ...subject, checksHash: 'c'.repeat(64), seconds: 14.6, upstream: [] };

it('is a table with the reasons under what did not pass, and the verdict last', () => {
  expect(formatReport(reportOf({ ...verified, results: [silent, race] }))).toBe(
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

it("lists what upstream's own code did, which the verdict does not count", () => {
  const upstream = [
    { owner: 'scipy', kind: 'data race', sites: ['a', 'b'], state: 'new' as const },
    { owner: 'cpython', kind: 'direct leak', sites: ['c'], state: 'known' as const },
    {
      owner: 'numpy',
      kind: 'data race',
      sites: ['d', 'd'],
      state: 'known' as const,
      issue: 'https://github.com/numpy/numpy/issues/1',
    },
  ];
  const results: CaseResult[] = [silent, { ...silent, verdict: 'upstream' }];
  expect(
    formatReport(reportOf({ ...verified, results, upstream }))
      .split('\n')
      .slice(3),
  ).toEqual([
    '',
    "found in upstream's own code, which says nothing about the image:",
    '    scipy, data race: a / b (new)',
    '    cpython, direct leak: c (known, no issue upstream)',
    '    numpy, data race: d / d (known, https://github.com/numpy/numpy/issues/1)',
    '',
    'numpy-tsan 3.13.5t: pass (1 pass, 1 upstream, 0 fail, 0 could-not-start; 15 s)',
  ]);
});

it.each<{ verdicts: CaseVerdict[]; verdict: Verdict }>([
  { verdicts: ['pass', 'pass'], verdict: 'pass' },
  { verdicts: ['pass', 'fail'], verdict: 'fail' },
  { verdicts: ['pass', 'could-not-start'], verdict: 'could-not-start' },
  { verdicts: ['fail', 'could-not-start', 'pass'], verdict: 'could-not-start' },
  { verdicts: [], verdict: 'fail' },
  { verdicts: ['pass', 'upstream'], verdict: 'pass' },
  { verdicts: ['upstream', 'fail'], verdict: 'fail' },
  { verdicts: ['upstream'], verdict: 'fail' },
])('$verdicts make a $verdict', ({ verdicts, verdict }) => {
  expect(judgeBuild(verdicts.map((it) => ({ verdict: it })))).toBe(verdict);
});

it('has a line for each case as it comes in', () => {
  expect(formatCase(race)).toBe('fail: numpy-tsan/races: add is found (5 tries, 12.3 s)');
  expect(formatCase(silent)).toBe('pass: cpython-tsan/silent: a correct program is silent (2.0 s)');
});
