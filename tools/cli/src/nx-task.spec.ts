import { expect, it } from '@jest/globals';

import { withoutAdvice } from './nx-task.ts';

it("leaves Nx's advice out of what it says of a failure", () => {
  const summary = [' NX   Ran target verify for project numpy-tsan', '    - numpy-tsan:verify'];
  const advice = [
    '  Run duration:      12s',
    '  Recoverable time:  0ms',
    '',
    '  Recommendation: Speed up or split the longest tasks on the critical path:',
    '    - numpy-tsan:verify',
  ];
  expect(withoutAdvice([...summary, ...advice])).toEqual(summary);
  expect(withoutAdvice(summary)).toEqual(summary);
});
