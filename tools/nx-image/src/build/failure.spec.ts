import { expect, it } from '@jest/globals';

import { describeFailure, remedyFor } from './failure.ts';

it.each([
  { line: 'cp: error writing /x: No space left on device', remedy: /disk is full/ },
  { line: 'curl: (6) Could not resolve host: www.python.org', remedy: /network cannot be reached/ },
  { line: 'curl: (28) Connection timed out after 5001 milliseconds', remedy: /network cannot be reached/ },
  { line: 'cause: client error (Connect)\n  cause: operation timed out', remedy: /network cannot be reached/ },
  { line: 'curl: (60) SSL certificate problem: unable to get local issuer certificate', remedy: /SSL_CERT_FILE/ },
])('knows what to do about "$line"', ({ line, remedy }) => {
  expect(remedyFor(['#7 12.3 making', `#7 12.4 ${line}`])).toMatch(remedy);
});

it('shows the log, says where all of it is, and what happens next', () => {
  expect(describeFailure('numpy-tsan:3.13.5t-b1', ['#7 error: expected ;'], 'dist/build.log')).toBe(
    [
      'Building numpy-tsan:3.13.5t-b1 failed. The last lines of its log:',
      '  #7 error: expected ;',
      'All of it: dist/build.log',
      'The steps before the failed one are cached: run the command again after mending it.',
    ].join('\n'),
  );
});
