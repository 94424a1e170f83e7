import { expect, it } from '@jest/globals';

import {
  type Baseline,
  type BaselineFinding,
  formatBaselineFinding,
  formatBaselineLines,
  parseBaseline,
  parseBaselineLines,
  withIssues,
} from './baseline.ts';
import { compareBaselines, formatBaselineChanges } from './compare-baselines.ts';
import type { KnownFinding } from './known-findings.ts';

const finding: BaselineFinding = {
  id: 'san1:0123456789ab',
  kind: 'data race',
  sites: [
    { dist: 'numpy', file: 'b.c', function: 'g' },
    { dist: 'numpy', file: 'a.c', function: 'f' },
  ],
  hits: 3,
  runs: 10,
  by: 'test_a.py::test_b',
  state: 'open',
};

function baselineOf(runs: number, ...findings: BaselineFinding[]): Baseline {
  const versions = { cpython: '3.14.3', numpy: '2.5.5' };
  return { schemaVersion: 1, image: 'numpy-tsan', pythonTag: '3.14.3t', buildId: 'b', versions, runs, findings };
}

it('reads what it writes, a list without a finding with its number of runs', () => {
  for (const baseline of [baselineOf(10, finding), baselineOf(10)]) {
    expect(parseBaseline(JSON.stringify(baseline))).toEqual(baseline);
  }
  expect(parseBaselineLines(formatBaselineLines(baselineOf(10, finding)).trimEnd().split('\n'))).toEqual([finding]);
  expect(formatBaselineLines(baselineOf(10))).toBe('{"runs":10}\n');
});

it.each([
  { why: 'more hits than runs', line: { ...finding, hits: 11 } },
  { why: 'another identity', line: { ...finding, id: 'san2:0123456789ab' } },
  { why: 'an unknown key', line: { ...finding, colour: 'red' } },
])('refuses a line with $why', ({ line }) => {
  expect(() => parseBaselineLines(['{"runs":10}', JSON.stringify(line)])).toThrow();
});

const known: KnownFinding = {
  releases: ['2.5.5'],
  kind: 'data race',
  sites: ['numpy a.c f', 'numpy b.c g'],
  issue: 'https://github.com/numpy/numpy/issues/30085',
};

it.each<[what: string, known: KnownFinding, issue: string | undefined]>([
  ['its issue', known, known.issue],
  ['none of another release', { ...known, releases: ['2.4.6'] }, undefined],
  ['none of another kind', { ...known, kind: 'lock order' }, undefined],
  ['none of other places', { ...known, sites: ['numpy a.c f'] }, undefined],
  ['none that upstream does not have', { releases: ['2.5.5'], kind: known.kind, sites: known.sites }, undefined],
])('gives a finding %s', (_, entry, issue) => {
  const [told] = withIssues(baselineOf(10, finding), new Map([['numpy', [entry]]])).findings;
  expect(told?.issue).toBe(issue);
});

it('keeps the issue that a finding has', () => {
  const own = { ...finding, issue: 'numpy#1' };
  expect(withIssues(baselineOf(10, own), new Map([['numpy', [known]]])).findings).toEqual([own]);
});

it('shows a finding with how often it came, its issue, and its state unless that is open', () => {
  const what = 'data race: g numpy:b.c / f numpy:a.c';
  expect(formatBaselineFinding(finding)).toBe(`san1:0123456789ab  3 of 10 runs  ${what}`);
  expect(formatBaselineFinding({ ...finding, state: 'false-positive', issue: 'numpy#1' })).toBe(
    `san1:0123456789ab  3 of 10 runs  false-positive  numpy#1  ${what}`,
  );
});

const seen = (hits: number, runs: number): Baseline =>
  baselineOf(runs, ...(hits > 0 ? [{ ...finding, hits, runs }] : []));

it.each<{ before: [number, number]; after: [number, number]; change: string; reason: string }>`
  before      | after       | change            | reason
  ${[0, 20]}  | ${[3, 10]}  | ${'new'}          | ${'3 of 10 runs, before 0 of 20'}
  ${[0, 2]}   | ${[3, 10]}  | ${'new'}          | ${'3 of 10 runs, before 0 of 2; it may have been missed before, in 49.0 % of cases'}
  ${[3, 10]}  | ${[2, 10]}  | ${'known'}        | ${'2 of 10 runs, before 3 of 10 runs'}
  ${[3, 10]}  | ${[10, 10]} | ${'known'}        | ${'10 of 10 runs, before 3 of 10 runs'}
  ${[8, 10]}  | ${[3, 10]}  | ${'rarer'}        | ${'3 of 10 runs, before 8 of 10 runs; by accident in 0.1 % of cases'}
  ${[8, 10]}  | ${[0, 10]}  | ${'gone'}         | ${'0 of 10 runs, before 8 of 10 runs; by accident in 0.0 % of cases'}
  ${[10, 10]} | ${[0, 1]}   | ${'gone'}         | ${'0 of 1 runs, before 10 of 10 runs; by accident in 0.0 % of cases'}
  ${[1, 10]}  | ${[0, 10]}  | ${'too few runs'} | ${'0 of 10 runs, before 1 of 10 runs; 29 runs without it would tell'}
  ${[1, 10]}  | ${[0, 29]}  | ${'gone'}         | ${'0 of 29 runs, before 1 of 10 runs; by accident in 4.7 % of cases'}
`('$before then $after: $change', ({ before, after, change, reason }) => {
  const [told, ...more] = compareBaselines(seen(...before), seen(...after));
  expect([told?.change, told?.reason, more]).toEqual([change, reason, []]);
});

it('says of two lists without a finding how many runs that rests on', () => {
  const [before, after] = [baselineOf(10), baselineOf(3)];
  const changes = compareBaselines(before, after);
  expect(formatBaselineChanges(changes, before, after)).toBe(
    '0 findings in 10 runs before, 0 findings in 3 runs after',
  );
});

it('has a line for each change', () => {
  const [before, after] = [baselineOf(10, finding), baselineOf(10, { ...finding, id: 'san1:ffffffffffff' })];
  expect(formatBaselineChanges(compareBaselines(before, after), before, after).split('\n')).toEqual([
    expect.stringMatching(/^gone {2}san1:0123456789ab {2}data race: g numpy:b\.c \/ f numpy:a\.c \(0 of 10 runs, /),
    expect.stringMatching(/^new {3}san1:ffffffffffff {2}data race: .*\(3 of 10 runs, before 0 of 10\)$/),
    '1 findings in 10 runs before, 1 findings in 10 runs after',
  ]);
});
