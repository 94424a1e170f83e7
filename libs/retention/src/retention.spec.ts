import { expect, it } from '@jest/globals';
import { ConfigError } from '@pysan/model';

import { parseRetention } from './retention.ts';

const retention = { supersededDays: 400, orphanDays: 7, promotions: { release: 5, dev: 20 } };

it('reads a policy', () => {
  expect(parseRetention('retention.json', JSON.stringify(retention))).toEqual(retention);
});

it.each([
  { what: 'no days', change: { supersededDays: undefined }, problem: 'supersededDays' },
  {
    what: 'no promotion to go back to',
    change: { promotions: { release: 0, dev: 20 } },
    problem: 'promotions.release',
  },
  { what: 'half a day', change: { orphanDays: 0.5 }, problem: 'orphanDays' },
  { what: 'a misspelt key', change: { supersededDay: 1 }, problem: 'supersededDay: unknown key' },
])('refuses one with $what', ({ change, problem }) => {
  const text = JSON.stringify({ ...retention, ...change });
  expect(() => parseRetention('retention.json', text)).toThrow(ConfigError);
  expect(() => parseRetention('retention.json', text)).toThrow(problem);
});
