import { expect, it } from '@jest/globals';

import { describeFailure, remedyFor } from './failure.ts';

it.each([
  { line: 'cp: error writing /x: No space left on device', remedy: /disk is full/ },
  { line: 'curl: (6) Could not resolve host: www.python.org', remedy: /cannot reach the network/ },
  { line: 'curl: (28) Connection timed out after 5001 milliseconds', remedy: /cannot reach the network/ },
  { line: 'cause: client error (Connect)\n  cause: operation timed out', remedy: /cannot reach the network/ },
  { line: 'curl: (60) SSL certificate problem: unable to get local issuer certificate', remedy: /SSL_CERT_FILE/ },
])('knows what to do about "$line"', ({ line, remedy }) => {
  expect(remedyFor(['#7 12.3 making', `#7 12.4 ${line}`])).toMatch(remedy);
});

it('shows the log, says where all of it is, and what happens next', () => {
  expect(describeFailure('numpy-tsan:3.13.5t-b1', ['#7 error: expected ;'], 'dist/build.log')).toBe(
    [
      'Building numpy-tsan:3.13.5t-b1 failed.',
      'The last lines of its log:',
      '  #7 error: expected ;',
      'Full log: dist/build.log',
      'The steps before the failed one are cached. Fix the failure and run the command again.',
    ].join('\n'),
  );
});

it.each([
  '#12 81.31 ../numpy/_core/include/numpy/npy_common.h:12:2: error: broken on purpose',
  "#12 81.31 ../src/add.c:3:10: fatal error: 'absent.h' file not found",
  '#12 2.71 ../meson.build:21:0: ERROR: Unknown variable "absent".',
  '#12 9.31 Error compiling Cython file:',
  '#12 99.31 ld.lld: error: undefined symbol: absent',
])('shows "%s", though much was printed after it', (error) => {
  const before = ['#12 81.30 [3/400] clang -c add.c'];
  const after = Array.from(
    { length: 200 },
    (_, index) => `#12 82.${index} [${index}/400] clang -Werror=vla -c ${index}.c`,
  );
  const message = describeFailure('numpy-tsan:3.13.5t-b1', [...before, error, ...after], 'dist/build.log');
  expect(message).toContain(`failed. The first error:\n  ${error}\n  #12 82.0 [0/400]`);
  expect(message.split('\n')).toHaveLength(1 + 10 + 1 + 30 + 2);
});

it('does not say twice what the last lines hold', () => {
  const message = describeFailure('numpy-tsan:3.13.5t-b1', ['#12 1.0 add.c:1:1: error: expected ;'], 'dist/build.log');
  expect(message.match(/expected ;/g)).toHaveLength(1);
});
