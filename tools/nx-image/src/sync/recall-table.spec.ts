import { expect, it } from '@jest/globals';

import { recallTable } from './recall-table.ts';

const ufuncs = { group: 'ufuncs', seeded: 9, found: 9, clean: 9, falseAlarms: 0 };
const sort = { group: 'sort', seeded: 4, found: 3, clean: 4, falseAlarms: 1 };

function result(image: string, ...groups: object[]): string {
  return JSON.stringify({ measured: '2026-11-25', figures: { image, groups } });
}

it('has a row for each group that any image was measured with, then the sums', () => {
  const results = { 'a.json': result('ours', ufuncs, sort), 'b.json': result('usual', { ...ufuncs, found: 5 }) };
  expect(recallTable(results).split('\n')).toEqual([
    '| seeded races found | ours | usual |',
    '| --- | --- | --- |',
    '| ufuncs | 9 of 9 | 5 of 9 |',
    '| sort | 3 of 4 |  |',
    '| **all** | **12 of 13** | **5 of 9** |',
    '| false alarms in clean twins | 1 of 13 | 0 of 9 |',
  ]);
});

it('says which file is malformed', () => {
  expect(() => recallTable({ 'recall-x.json': result('x') })).toThrow(/^recall-x\.json is not valid:\n {2}- figures/);
});
