import { expect, it } from '@jest/globals';

import { selectLocked } from './locked-releases.ts';

const releases = [
  { version: '2.0.0', pythonTags: ['3.13', '3.14t'] },
  { version: '1.10.0', pythonTags: ['3.13', '3.13t'] },
  { version: '1.9.0', pythonTags: ['3.12', '3.13', '3.13t'] },
  { version: '2.1.0rc1', pythonTags: ['3.13', '3.13t', '3.14t'] },
].map((release) => ({ ...release, sha256: '', file: '' }));

it.each`
  tags                          | versions
  ${['3.13']}                   | ${['2.0.0']}
  ${['3.13t', '3.14t', '3.13']} | ${['2.0.0', '1.10.0']}
  ${['3.12', '3.15t']}          | ${['1.9.0']}
  ${[]}                         | ${[]}
`('locks $versions for $tags', ({ tags, versions }: Record<'tags' | 'versions', string[]>) => {
  expect(selectLocked(releases, tags).map(({ version }) => version)).toEqual(versions);
});
