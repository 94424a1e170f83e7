import { expect, it } from '@jest/globals';

import { formatElapsed } from './format-elapsed.ts';

it.each([
  { seconds: 0.9, text: '0:00' },
  { seconds: 7, text: '0:07' },
  { seconds: 754, text: '12:34' },
  { seconds: 3723, text: '1:02:03' },
])('$seconds s is $text', ({ seconds, text }) => {
  expect(formatElapsed(seconds)).toBe(text);
});
