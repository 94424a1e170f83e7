import { expect, it } from '@jest/globals';

import type { CheckFolder } from '@pysan/proving';
import { lastMustFind } from './tag-status.ts';

function folder(name: string, ...cases: readonly (readonly [title: string, finds: boolean])[]): CheckFolder {
  const list = cases.map(([title, finds]) => ({ title, expect: finds ? { findings: { min: 1 } } : {} }));
  return { name, folder: '', cases: list } as unknown as CheckFolder;
}

it.each<{ folders: CheckFolder[]; title: string | undefined }>`
  folders                                                                                         | title
  ${[folder('a', ['race', true])]}                                                                | ${'race'}
  ${[folder('a', ['race', true]), folder('b', ['silent', false], ['add', true], ['sort', true])]} | ${'add'}
  ${[folder('a', ['race', true]), folder('b', ['silent', false])]}                                | ${'race'}
  ${[folder('a', ['silent', false])]}                                                             | ${undefined}
`('takes $title', ({ folders, title }) => {
  const taken = lastMustFind({ folders, hash: '' }).folders.flatMap(({ cases }) => cases.map((it) => it.title));
  expect(taken).toEqual(title === undefined ? [] : [title]);
});
