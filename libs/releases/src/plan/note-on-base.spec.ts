import { expect, it } from '@jest/globals';

import { notesOnBase } from './note-on-base.ts';

const lock = { component: 'debian', suite: 'trixie', image: 'debian:trixie-slim', llvm: '1:22.1.8-1' } as const;

it('says that the base is not pinned, and what to do', () => {
  expect(notesOnBase({ ...lock, digest: null })).toEqual([
    expect.stringMatching(
      /^versions\/debian\/lock\.json pins no digest of debian:trixie-slim\. .*Run \.\/pysan resolve /,
    ),
  ]);
});

it('says nothing of a base that is pinned', () => {
  expect(notesOnBase({ ...lock, digest: `sha256:${'0'.repeat(64)}` })).toEqual([]);
});
