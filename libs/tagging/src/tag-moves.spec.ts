import { expect, it } from '@jest/globals';
import { parsePythonTag } from '@pysan/model';

import { publicTagsOf } from './public-tags.ts';
import { movesOf } from './tag-moves.ts';

const python = parsePythonTag('3.14.3t');
const numpy = { component: 'numpy', version: '2.5.5', locked: true };
const tags = publicTagsOf({ python, adds: [numpy], llvm: undefined, name: 'b0123456789ab' });
const to = { python, contents: [numpy], digest: 'sha256:new' };

function labelled(digest: string, version: string) {
  return { digest, labels: { 'org.pysan.python': version, 'org.pysan.numpy': '2.5.5' } };
}

it('decides on each tag by what that names: the series may be ahead of its release', () => {
  const named = new Map([
    ['3.14.3t', labelled('sha256:old', '3.14.3t')],
    ['3.14t', labelled('sha256:ahead', '3.14.4t')],
    ['3.14.3t-b0123456789ab', labelled('sha256:new', '3.14.3t')],
    ['3.13t', labelled('sha256:elsewhere', '3.13.5t')],
  ]);
  const moves = movesOf(tags, named, { to, holds: new Map() });
  expect(moves.map(({ tag, from, decision }) => [tag.tag, from?.digest, decision.allowed, decision.reason])).toEqual([
    ['3.14.3t', 'sha256:old', true, 'the same Python, and no older library'],
    ['3.14t', 'sha256:ahead', false, 'an older Python: 3.14.4t → 3.14.3t'],
    ['3.14.3t-numpy2.5.5', undefined, true, 'the tag is new'],
    ['3.14.3t-b0123456789ab', 'sha256:new', true, 'it already names that image'],
  ]);
});

it('moves nothing to a digest on hold', () => {
  const moves = movesOf(tags, new Map(), { to, holds: new Map([['sha256:new', 'crashes']]) });
  expect(moves.map(({ decision }) => decision.allowed)).toEqual([false, false, false, false]);
});
