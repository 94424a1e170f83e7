import { expect, it } from '@jest/globals';
import { ConfigError } from '@pysan/model';

import { parsePrograms, parseRun } from './seeded-programs.ts';

const add = { group: 'ufuncs', name: 'add', setup: 'a = np.ones(9)', work: 'a += 1', functions: ['DOUBLE_add'] };

function parse(program: object) {
  const text = JSON.stringify({ prelude: 'import numpy as np', programs: [program] });
  return parsePrograms('numpy-tsan', 'programs.json', text);
}

it('gives a program its image, prelude and defaults', () => {
  const defaults = { twin: 'separate', rounds: 40, timeoutSeconds: 60 };
  expect(parse(add)).toEqual([{ image: 'numpy-tsan', prelude: 'import numpy as np', ...add, ...defaults }]);
});

it.each([
  { part: { functions: [] }, problem: /programs\[0\]\.functions/ },
  { part: { twin: 'none' }, problem: /programs\[0\]\.twin/ },
  { part: { work: '' }, problem: /programs\[0\]\.work/ },
  { part: { reason: '' }, problem: /programs\[0\]\.reason/ },
  { part: { colour: 1 }, problem: /programs\[0\]\.colour: unknown key/ },
])('refuses $part', ({ part, problem }) => {
  expect(() => parse({ ...add, ...part })).toThrow(ConfigError);
  expect(() => parse({ ...add, ...part })).toThrow(problem);
});

it('takes a run from a line, and refuses anything else', () => {
  const run = { program: 3, case: 'twin', status: -9, timedOut: true, seconds: 60.01, output: 'x\n' };
  expect(parseRun(JSON.stringify(run))).toEqual(run);
  expect(() => parseRun('Compiling…')).toThrow(/line of run-programs\.py is not valid:\n {2}- not JSON/);
  expect(() => parseRun(JSON.stringify({ ...run, case: 'other' }))).toThrow(/case/);
});
