/** Logs that somebody made to be slow to read. Patterns that take the square of a length took 34 s for 80 kB of words. */
import { expect, it } from '@jest/globals';

import { readLog } from './findings.ts';
import { findStartFailure } from './start.ts';

const length = 2 ** 20;

it.each([
  ['words', 'a'.repeat(length)],
  ['words behind what makes a line be read', `Sanitizer${'a'.repeat(length)}`],
  ['returns', `Sanitizer ${'\r'.repeat(length)}x`],
  ['blanks', `ERROR: AddressSanitizer: x\n    #0 f${' '.repeat(length)}(x)`],
  ['refusals', 'FATAL: ThreadSanitizer: '.repeat(length / 24)],
  ['headers', 'WARNING: ThreadSanitizer: data race (pid=1) '.repeat(length / 44)],
])('a MiB of %s is read in less than two seconds', (_, log) => {
  const start = performance.now();
  readLog(log);
  findStartFailure(log);
  expect(performance.now() - start).toBeLessThan(2000);
});
