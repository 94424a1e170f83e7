import { expect, it } from '@jest/globals';
import { UsageError } from '@pysan/model';

import { type Hold, holdsOf } from './promotion.ts';
import { planRollback, type Recorded, type Rollback, rolledBackFrom } from './rollback.ts';

/** A repository of images with names of one letter, whose clock goes on by an hour with all that happens. */
class Repository {
  readonly named = new Map<string, string>();
  readonly images = new Map<string, { -readonly [K in keyof Recorded]: Recorded[K] }>();
  private hours = 0;

  publish(image: string, ...tags: string[]): void {
    const at = this.tick();
    const replaced = tags.map((tag) => ({ tag, replaced: this.named.get(tag) ?? null }));
    this.recordOf(image).promotions = [
      ...this.recordOf(image).promotions,
      { schemaVersion: 1, digest: image, buildId: `build of ${image}`, at, by: 'publish', tags: replaced },
    ];
    tags.forEach((tag) => this.named.set(tag, image));
  }

  plan(tag: string): Promise<Rollback> {
    const request = { tag, named: this.named, reason: 'it crashes', at: this.tick() };
    return planRollback(request, (digest) => Promise.resolve(this.images.get(digest)));
  }

  /** Carries out a rollback; with `moves`, only that many of its moves. */
  async rollBack(tag: string, moves = Infinity): Promise<Rollback> {
    const plan = await this.plan(tag);
    this.addHold(plan.hold);
    plan.promotions.forEach((record) => {
      this.recordOf(record.digest).promotions = [...this.recordOf(record.digest).promotions, record];
    });
    plan.moves.slice(0, moves).forEach((move) => this.named.set(move.tag, move.to));
    return plan;
  }

  hold(digest: string, held: boolean): void {
    this.addHold({ schemaVersion: 1, digest, held, reason: 'it crashes', at: this.tick() });
  }

  private addHold(hold: Hold | undefined): void {
    if (hold !== undefined) {
      this.recordOf(hold.digest).holds = [...this.recordOf(hold.digest).holds, hold];
    }
  }

  private recordOf(image: string) {
    const known = this.images.get(image) ?? { buildId: `build of ${image}`, promotions: [], holds: [] };
    this.images.set(image, known);
    return known;
  }

  private tick(): string {
    this.hours += 1;
    return new Date(Date.UTC(2026, 0, 1, this.hours)).toISOString();
  }
}

function repository(...published: string[]): Repository {
  const it = new Repository();
  published.forEach((image) => it.publish(image, '3.14t'));
  return it;
}

it('goes back to what the tag named before, puts a hold on what it leaves, and records both', async () => {
  const there = repository('A', 'B');
  expect(await there.rollBack('3.14t')).toEqual({
    from: 'B',
    hold: { schemaVersion: 1, digest: 'B', held: true, reason: 'it crashes', at: '2026-01-01T03:00:00.000Z' },
    promotions: [
      {
        schemaVersion: 1,
        digest: 'A',
        buildId: 'build of A',
        at: '2026-01-01T03:00:00.000Z',
        by: 'rollback',
        tags: [{ tag: '3.14t', replaced: 'B' }],
      },
    ],
    moves: [{ tag: '3.14t', to: 'A' }],
    left: [],
  });
});

it('goes further back the second time, and never forwards', async () => {
  const there = repository('A', 'B', 'C');
  await there.rollBack('3.14t');
  await there.rollBack('3.14t');
  expect(there.named.get('3.14t')).toBe('A');
  await expect(there.plan('3.14t')).rejects.toThrow('3.14t cannot go back: there was nothing before A.');
});

it('passes over what is on hold, and stops there again once the hold is lifted', async () => {
  const there = repository('A', 'B', 'C', 'D');
  there.hold('C', true);
  there.hold('B', true);
  expect((await there.plan('3.14t')).moves).toEqual([{ tag: '3.14t', to: 'A' }]);
  there.hold('C', false);
  expect((await there.plan('3.14t')).moves).toEqual([{ tag: '3.14t', to: 'C' }]);
});

it('goes back to what was rolled back to, when that was replaced once more', async () => {
  const there = repository('A', 'B');
  await there.rollBack('3.14t');
  there.publish('C', '3.14t');
  expect((await there.plan('3.14t')).moves).toEqual([{ tag: '3.14t', to: 'A' }]);
});

it('knows which tag a rollback brought where it is, until something is published to it', async () => {
  const there = repository('A', 'B');
  const left = (tag: string) => rolledBackFrom(tag, there.images.get('A') ?? { promotions: [] });
  expect(left('3.14t')).toBeUndefined();
  await there.rollBack('3.14t');
  expect([left('3.14t'), left('3.14.3t')]).toEqual(['B', undefined]);
  there.publish('C', '3.14t');
  await there.rollBack('3.14t');
  expect(left('3.14t')).toBe('C');
  there.publish('A', '3.14t');
  expect(left('3.14t')).toBeUndefined();
});

it('does not go in a circle over a digest that was published twice', async () => {
  const there = repository('A', 'B', 'C', 'B', 'D');
  const seen = [];
  for (let count = 0; count < 3; count += 1) {
    await there.rollBack('3.14t');
    seen.push(there.named.get('3.14t'));
  }
  expect(seen).toEqual(['B', 'C', 'A']);
});

it('does not come back to what it leaves, over an image on hold that was published before and after it', async () => {
  const there = repository('A', 'B', 'C', 'B', 'C');
  there.hold('B', true);
  expect((await there.plan('3.14t')).moves).toEqual([{ tag: '3.14t', to: 'A' }]);
});

it('passes over the record of a publication that was run again when its tag had moved already', async () => {
  const there = repository('A', 'B', 'B');
  expect((await there.plan('3.14t')).moves).toEqual([{ tag: '3.14t', to: 'A' }]);
});

it('takes exact and alias tags back together, each to what it named itself', async () => {
  const there = new Repository();
  there.publish('A', '3.14.2t', '3.14t');
  there.publish('B', '3.14.3t', '3.14t', '3.14.3t-numpy2.5.4');
  there.publish('C', '3.14.3t', '3.14t', '3.14.3t-numpy2.5.5');
  there.publish('D', '3.14.3t-numpy2.5.5');
  there.publish('C', 'late');
  const { moves, left, promotions } = await there.plan('3.14t');
  expect(moves).toEqual([
    { tag: '3.14.3t', to: 'B' },
    { tag: '3.14t', to: 'B' },
  ]);
  expect(left).toEqual([{ tag: 'late', reason: 'cannot go back: there was nothing before C; it stays as it is' }]);
  expect(promotions.map(({ digest, tags }) => [digest, tags.map(({ tag }) => tag)])).toEqual([
    ['B', ['3.14.3t', '3.14t']],
  ]);
});

it('goes back to several images where the tags named several', async () => {
  const there = new Repository();
  there.publish('A', '3.14.3t');
  there.publish('B', '3.14t');
  there.publish('C', '3.14.3t', '3.14t');
  const { promotions, moves } = await there.plan('3.14t');
  expect(moves.map(({ tag, to }) => `${tag} → ${to}`)).toEqual(['3.14.3t → A', '3.14t → B']);
  expect(promotions.map(({ digest, buildId }) => [digest, buildId])).toEqual([
    ['A', 'build of A'],
    ['B', 'build of B'],
  ]);
});

it.each([0, 1, 2])('is finished by asking again when it was cut after %i moves', async (moves) => {
  const there = new Repository();
  there.publish('A', 'exact', '3.14t', 'alias');
  there.publish('B', 'exact', '3.14t', 'alias');
  await there.rollBack('3.14t', moves);
  const again = await there.rollBack('3.14t');
  expect(again.hold).toBeUndefined();
  expect([...there.named.values()]).toEqual(['A', 'A', 'A']);
});

it.each<{ record: string; tag: string; name: string; message: string; change: (there: Repository) => void }>([
  {
    record: 'a tag that does not exist',
    tag: '3.15t',
    name: 'UsageError',
    message: 'There is no tag 3.15t to roll back.',
    change: () => undefined,
  },
  {
    record: 'a tag that nobody recorded',
    tag: 'by hand',
    name: 'UsageError',
    message: 'by hand cannot go back: no promotion record says what it named before B.',
    change: ({ named }) => named.set('by hand', 'B'),
  },
  {
    record: 'an image that is gone',
    tag: '3.14t',
    name: 'UsageError',
    message: '3.14t cannot go back: A, which it named before B, is gone.',
    change: ({ images }) => images.delete('A'),
  },
  {
    record: 'nothing that is not on hold',
    tag: '3.14t',
    name: 'UsageError',
    message: '3.14t cannot go back: there was nothing before A.',
    change: (there) => there.hold('A', true),
  },
  {
    record: 'a registry that contradicts itself',
    tag: '3.14t',
    name: 'UpstreamError',
    message: '3.14t names B, but the registry does not have it.',
    change: ({ images }) => images.delete('B'),
  },
])('refuses $story', async ({ tag, name, message, change }) => {
  const there = repository('A', 'B');
  change(there);
  await expect(there.plan(tag)).rejects.toMatchObject({ name, message });
});

/** The same numbers each time: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

it('whatever happened before, goes to an image that the tag named, that is not on hold', async () => {
  let moved = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const below = numbersFrom(seed);
    const there = new Repository();
    const history = new Map<string, string[]>(['exact', 'alias', 'series'].map((tag) => [tag, []]));
    for (let step = 0; step < 30; step += 1) {
      const tags = [...history.keys()].filter(() => below(3) > 0);
      const asked = [...history.keys()][below(3)] ?? '';
      if (below(3) > 0) {
        const image = String.fromCharCode(65 + below(8) + (step < 15 ? 0 : 8));
        const free = holdsOf(there.images.get(image)?.holds ?? []).has(image) ? [] : tags;
        there.publish(image, ...free);
        free.forEach((tag) => history.get(tag)?.push(image));
        continue;
      }
      const plan = await there.rollBack(asked).catch((error: unknown) => {
        expect(error).toBeInstanceOf(UsageError);
      });
      for (const { tag, to } of plan?.moves ?? []) {
        moved += 1;
        expect(history.get(tag)).toContain(to);
        expect(to).not.toBe(plan?.from);
        expect([...holdsOf(there.images.get(to)?.holds ?? [])]).toEqual([]);
      }
      const stuck = plan?.left.map(({ tag }) => tag) ?? [];
      const onHeld = [...there.named].filter(([, image]) => image === plan?.from).map(([tag]) => tag);
      expect(onHeld.toSorted()).toEqual(stuck.toSorted());
    }
  }
  expect(moved).toBeGreaterThan(500);
});
