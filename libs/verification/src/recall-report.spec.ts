import { expect, it } from '@jest/globals';

import { formatRecall, recallReportOf } from './recall-report.ts';
import type { ProgramRecall } from './recall.ts';

const subject = { image: 'numpy-tsan', pythonTag: '3.13.5t', buildId: 'b'.repeat(64), imageId: 'sha256:1' };
const add: ProgramRecall = {
  ...{ image: 'numpy-tsan', group: 'ufuncs', name: 'add, out=', runs: 10, found: 10, alarms: 0 },
  ...{ errors: [], reports: [], seconds: 4.24 },
};
const exp: ProgramRecall = { ...add, name: 'exp', found: 7, reports: ['race: data race: f a.c:1 / f a.c:1'] };
const sort: ProgramRecall = { ...add, group: 'sort', name: 'sort', found: 0, reason: 'vector code' };
const shuffle: ProgramRecall = { ...add, group: 'sort', name: 'shuffle', alarms: 1 };
const take: ProgramRecall = { ...add, group: 'sort', name: 'take', errors: ['race: ended by signal 11'] };

function reportOf(...programs: ProgramRecall[]) {
  return recallReportOf({ subject, programsHash: 'c'.repeat(64), runs: 10, seconds: 61.6, programs });
}

it('counts by group: only what is found in every run is found, one alarm is a false alarm', () => {
  expect(reportOf(add, sort, exp, shuffle).groups).toEqual([
    { group: 'ufuncs', seeded: 2, found: 1, clean: 2, falseAlarms: 0 },
    { group: 'sort', seeded: 2, found: 1, clean: 2, falseAlarms: 1 },
  ]);
});

it.each([
  { what: 'everything is found', programs: [add], verdict: 'pass' },
  { what: 'a miss is known', programs: [add, sort], verdict: 'pass' },
  { what: 'a race is missed now and then', programs: [add, exp], verdict: 'fail' },
  { what: 'something is invented', programs: [add, shuffle], verdict: 'fail' },
  { what: 'a program breaks', programs: [add, take], verdict: 'fail' },
  { what: 'there is no program', programs: [], verdict: 'fail' },
])('is a $verdict where $what', ({ programs, verdict }) => {
  expect(reportOf(...programs).verdict).toBe(verdict);
});

it('is a table, with the reasons of what is missed, invented or broken, and the verdict last', () => {
  expect(formatRecall(reportOf(add, exp, sort, shuffle, take))).toBe(
    [
      'group   found/seeded  false alarms/clean',
      'ufuncs  1/2           0/2',
      'sort    2/3           1/3',
      'all     3/5           1/5',
      'ufuncs: exp: found 7/10, false alarms 0/10 (4.2 s)',
      '    race: data race: f a.c:1 / f a.c:1',
      'sort: sort: found 0/10, false alarms 0/10 (4.2 s)',
      '    known: vector code',
      'sort: shuffle: found 10/10, false alarms 1/10 (4.2 s)',
      'sort: take: found 10/10, false alarms 0/10, errors 1 (4.2 s)',
      '    race: ended by signal 11',
      '',
      'numpy-tsan 3.13.5t: fail (3/5 found, 1/5 false alarms, 10 runs each; 62 s)',
    ].join('\n'),
  );
});
