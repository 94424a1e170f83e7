import { expect, it } from '@jest/globals';

import { guardConsole } from './guard-console.ts';

it('prints nothing that steers a terminal, in texts and in errors', () => {
  const printed: unknown[] = [];
  const target = {
    log: (text: unknown) => void printed.push(text),
    error: (text: unknown) => void printed.push(text),
  };
  guardConsole(target);
  target.log('a\u001b[2Jb\n\u202ec');
  target.error(new Error('d\u009be'));
  expect(printed).toEqual(['ab\nc', expect.stringMatching(/^Error: de\n/)]);
});
