import { expect, it } from '@jest/globals';

import { type CheckFile, checksHash } from './checks-hash.ts';

const program: CheckFile = { path: 'images/a/checks/b/race.c', executable: false, bytes: Buffer.from('int x;') };
const check: CheckFile = { path: 'images/a/checks/b/check.json', executable: false, bytes: Buffer.from('{}') };

it('does not depend on the order of the files', () => {
  expect(checksHash([program, check])).toBe(checksHash([check, program]));
  expect(checksHash([program])).toMatch(/^[0-9a-f]{64}$/);
});

it.each([
  { what: 'bytes', changed: { ...program, bytes: Buffer.from('int y;') } },
  { what: 'a path', changed: { ...program, path: 'images/a/checks/c/race.c' } },
  { what: 'a mode', changed: { ...program, executable: true } },
])('changes with $what', ({ changed }) => {
  expect(checksHash([changed, check])).not.toBe(checksHash([program, check]));
});

it('changes when a file comes or goes', () => {
  expect(checksHash([program])).not.toBe(checksHash([program, check]));
});
