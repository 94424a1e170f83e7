import { expect, it } from '@jest/globals';
import { UpstreamError } from '@pysan/model';

import { type Hold, holdsOf, type Promotion, promotionOf, readHold, readPromotion } from './promotion.ts';
import type { TagMove } from './tag-moves.ts';

const digest = `sha256:${'d'.repeat(64)}`;
const other = `sha256:${'e'.repeat(64)}`;
const buildId = 'abcdef0123456789'.repeat(4);
const at = '2026-11-23T10:00:00Z';

const promotion: Promotion = {
  schemaVersion: 1,
  digest,
  buildId,
  at,
  by: 'publish',
  tags: [
    { tag: '3.14.3t', replaced: null },
    { tag: '3.14t', replaced: other },
  ],
};
const hold: Hold = { schemaVersion: 1, digest, held: true, reason: 'crashes at start', at };

it('reads records as they were written, and passes over what somebody added', () => {
  expect(readPromotion(digest, JSON.parse(JSON.stringify({ ...promotion, note: 'by hand' })))).toEqual(promotion);
  expect(readHold(digest, JSON.parse(JSON.stringify(hold)))).toEqual(hold);
});

it.each<{ what: string; record: unknown; message: string }>([
  { what: 'HTML', record: '<html>', message: 'cannot be read' },
  { what: 'a later schema', record: { ...promotion, schemaVersion: 2 }, message: 'schemaVersion' },
  {
    what: 'a short digest',
    record: { ...promotion, digest: 'sha256:12' },
    message: 'expected sha256: and 64 hex digits',
  },
  { what: 'another time', record: { ...promotion, at: 'yesterday' }, message: 'at' },
  {
    what: 'a tag without what it replaced',
    record: { ...promotion, tags: [{ tag: 'x' }] },
    message: 'tags[0].replaced',
  },
  { what: 'that of another image', record: { ...promotion, digest: other }, message: `is about ${other}` },
])('cannot tell by a promotion record that is $what', ({ record, message }) => {
  expect(() => readPromotion(digest, record)).toThrow(UpstreamError);
  expect(() => readPromotion(digest, record)).toThrow(message);
});

it.each<{ record: string; records: [held: boolean, at: string, reason: string][]; holds: [string, string][] }>([
  { record: 'none', records: [], holds: [] },
  { record: 'one', records: [[true, '2026-11-23T10:00:00Z', 'bad']], holds: [[digest, 'bad']] },
  {
    record: 'lifted, in whatever order the records are listed',
    records: [
      [false, '2026-11-24T10:00:00Z', 'it was the runner'],
      [true, '2026-11-23T10:00:00Z', 'bad'],
    ],
    holds: [],
  },
  {
    record: 'put on again within the same second',
    records: [
      [true, '2026-11-24T10:00:00.500Z', 'bad after all'],
      [false, '2026-11-24T10:00:00Z', 'it was the runner'],
    ],
    holds: [[digest, 'bad after all']],
  },
])('knows what is on hold: $story', ({ records, holds }) => {
  const held = records.map(([isHeld, time, reason]) => ({ ...hold, held: isHeld, at: time, reason }));
  expect([...holdsOf(held)]).toEqual(holds);
});

it('does not take the hold of one image for that of another', () => {
  const lifted = { ...hold, digest: other, held: false, at: '2026-12-01T00:00:00Z' };
  expect([...holdsOf([hold, lifted]).keys()]).toEqual([digest]);
});

function move(tag: string, from: string | undefined, allowed = true): TagMove {
  return {
    tag: { tag, moves: true, reason: '' },
    from: from === undefined ? undefined : { digest: from, labels: {} },
    decision: { allowed, reason: '' },
  };
}

it('records the tags that move, and what they named', () => {
  const moves = [move('3.14.3t', undefined), move('3.14t', other), move('3.13t', other, false), move('same', digest)];
  expect(promotionOf(moves, { digest, buildId, at })).toEqual(promotion);
});

it('has no record of a publication that moves nothing', () => {
  expect(promotionOf([move('3.14t', other, false), move('same', digest)], { digest, buildId, at })).toBeUndefined();
});
