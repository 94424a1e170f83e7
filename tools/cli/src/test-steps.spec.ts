import { expect, it } from '@jest/globals';

import { countJest, formatCounts, type JestResults } from './test-steps.ts';

const green = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

it.each<{ results: JestResults | undefined; failed: boolean; line: string }>`
  what                                     | results                                              | failed   | line
  ${'all passed'}                          | ${green}                                             | ${false} | ${'3 passed, 0 failed'}
  ${'skipped and to do'}                   | ${{ ...green, numPendingTests: 1, numTodoTests: 1 }} | ${false} | ${'3 passed, 0 failed, 2 skipped'}
  ${'one test failed'}                     | ${{ ...green, numFailedTests: 1 }}                   | ${true}  | ${'3 passed, 1 failed'}
  ${'a spec does not load'}                | ${{ ...green, numRuntimeErrorTestSuites: 1 }}        | ${true}  | ${'3 passed, 1 failed'}
  ${'jest failed though each test passed'} | ${green}                                             | ${true}  | ${'3 passed, 1 failed'}
  ${'jest died before it wrote results'}   | ${undefined}                                         | ${true}  | ${'0 passed, 1 failed'}
`('$what is $line', ({ results, failed, line }) => {
  expect(formatCounts(countJest(results, failed))).toBe(line);
});
