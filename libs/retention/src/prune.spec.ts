import { expect, it } from '@jest/globals';
import { UpstreamError } from '@pysan/model';
import type { Hold, Promotion } from '@pysan/tagging';

import type { Policy } from './kept-by-itself.ts';
import { planPrune, type Prune } from './prune.ts';
import type { Stored, StoredImage } from './stored.ts';

const now = new Date('2026-11-25T12:00:00Z');
const policy: Policy = {
  retention: { supersededDays: 400, orphanDays: 7, promotions: { release: 5, dev: 20 } },
  pins: [],
  now,
};

function daysAgo(days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}

function hex(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(64, '0');
}

function digestOf(name: string): string {
  return `sha256:${hex(name)}`;
}

/** A manifest that is 500 days old, with a name for a digest. */
function stored(name: string, facts: Partial<Stored> = {}): Stored {
  return { digest: digestOf(name), tags: [], created: daysAgo(500), children: [], ...facts };
}

function promotion(name: string, days: number, tag: string, replaced: string | null = null): Promotion {
  const tags = [{ tag, replaced: replaced === null ? null : digestOf(replaced) }];
  return { schemaVersion: 1, digest: digestOf(name), buildId: name, at: daysAgo(days), by: 'publish', tags };
}

function hold(name: string, held: boolean, days: number): Hold {
  return { schemaVersion: 1, digest: digestOf(name), held, reason: 'it crashes', at: daysAgo(days) };
}

function numpy(
  manifests: StoredImage['manifests'],
  promotions: readonly Promotion[] = [],
  holds: readonly Hold[] = [],
): StoredImage {
  return { image: 'numpy-tsan', manifests, promotions, holds };
}

function nameOf(digest: string): string {
  return Buffer.from(digest.slice(7), 'hex').toString().replaceAll('\0', '');
}

/** `A: reason` for what stays, and the names of what goes, in order. */
function outcome({ keep, remove }: Prune) {
  const words = (text: string): string => text.replaceAll(/sha256:[0-9a-f]{64}/g, nameOf);
  return {
    keep: keep.map(({ digest, reason }) => `${nameOf(digest)}: ${words(reason)}`),
    remove: remove.map(({ digest, reason }) => `${nameOf(digest)}: ${words(reason)}`),
  };
}

const old = 'A: last in use 500 days ago';

it.each<{
  record: string;
  facts: Partial<Stored>;
  promotions?: Promotion[];
  pins?: string[];
  keep: string | undefined;
}>([
  { record: 'an exact tag', facts: { tags: ['3.14.3t'] }, keep: '3.14.3t names it' },
  {
    record: 'an exact tag with a library beside an immutable one',
    facts: { tags: ['3.14.3t-b0123456789ab', '3.14.3t-numpy2.5.5'] },
    keep: '3.14.3t-numpy2.5.5 names it',
  },
  { record: 'the tag of a branch', facts: { tags: ['3.16t-dev'] }, keep: '3.16t-dev names it' },
  { record: 'a tag that we do not make', facts: { tags: ['best'] }, keep: 'best names it' },
  { record: 'an immutable tag', facts: { tags: ['3.14.3t-b0123456789ab'] }, keep: undefined },
  { record: 'an immutable tag without Python', facts: { tags: ['b0123456789ab'] }, keep: undefined },
  { record: 'a dated tag', facts: { tags: ['3.16t-dev-20250101-0123456789ab'] }, keep: undefined },
  { record: 'no tag', facts: {}, keep: undefined },
  {
    record: 'an age of 399 days',
    facts: { created: daysAgo(399.9) },
    keep: 'last in use 399 days ago, and stays for 400',
  },
  { record: 'an age of 400 days', facts: { created: daysAgo(400) }, keep: undefined },
  {
    record: 'a clock ahead of ours',
    facts: { created: daysAgo(-1) },
    keep: 'last in use -1 days ago, and stays for 400',
  },
  { record: 'an age that is no time', facts: { created: 'yesterday' }, keep: 'its age is not known' },
  { record: 'a pin by digest', facts: {}, pins: [`numpy-tsan@${digestOf('A')}`], keep: 'a consumer pins it' },
  {
    record: 'a pin by tag',
    facts: { tags: ['3.14.3t-b0123456789ab'] },
    pins: ['numpy-tsan:3.14.3t-b0123456789ab'],
    keep: 'a consumer pins it',
  },
  { record: 'a pin of another image', facts: {}, pins: [`numpy-asan@${digestOf('A')}`], keep: undefined },
  {
    record: 'a promotion that is one of the last',
    facts: {},
    promotions: [promotion('A', 450, '3.14t')],
    keep: 'one of the last 5 that 3.14t named',
  },
])('decides on an old build with $story', ({ facts, promotions = [], pins = [], keep }) => {
  const plan = planPrune([numpy([stored('A', facts)], promotions)], { ...policy, pins });
  expect(outcome(plan)).toEqual(
    keep === undefined
      ? { keep: [], remove: [facts.created === undefined ? old : 'A: last in use 400 days ago'] }
      : { keep: [`A: ${keep}`], remove: [] },
  );
});

it('keeps what is on hold, with what it was made from, until the hold is lifted', () => {
  const manifests = [stored('A', { madeFrom: ['b'] }), stored('B', { buildId: 'b' })];
  const held = planPrune([numpy(manifests, [], [hold('A', true, 450)])], policy);
  expect(outcome(held)).toEqual({
    keep: ['A: it is on hold: it crashes', 'B: numpy-tsan@A was made from it'],
    remove: [],
  });
  const lifted = planPrune([numpy(manifests, [], [hold('A', true, 450), hold('A', false, 1)])], policy);
  expect(lifted.keep).toEqual([]);
});

it('counts the days from when a tag left an image, not from its making', () => {
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
  const promotions = names.map((name, index) => promotion(name, 480 - index * 60, '3.14t', names[index - 1] ?? null));
  const plan = planPrune(
    [
      numpy(
        names.map((name) => stored(name)),
        promotions,
      ),
    ],
    policy,
  );
  expect(outcome(plan)).toEqual({
    keep: [
      'B: last in use 360 days ago, and stays for 400',
      ...['C', 'D', 'E', 'F', 'G'].map((name) => `${name}: one of the last 5 that 3.14t named`),
    ],
    remove: ['A: last in use 420 days ago'],
  });
});

it.each([
  { tag: '3.14t', count: 5 },
  { tag: '3.14.3t', count: 5 },
  { tag: '3.16t-dev', count: 20 },
])('keeps the last $count different images that $tag named', ({ tag, count }) => {
  const names = Array.from({ length: 30 }, (_, index) => `N${index}`);
  // Each is recorded twice, as by a publication that was cut; what is gone takes nobody's place.
  const records = [...names, ...names, 'gone'].map((name, index) => promotion(name, 900 - (index % 30), tag));
  const { keep } = planPrune(
    [
      numpy(
        names.map((name) => stored(name)),
        records,
      ),
    ],
    policy,
  );
  expect(keep.map(({ digest }) => nameOf(digest))).toEqual(names.slice(-count));
});

it('keeps what an index lists, and what refers to either, and lets a referrer go with its subject only', () => {
  const manifests = [
    stored('report', { subject: digestOf('image') }),
    stored('image'),
    stored('index', { children: [digestOf('image')], tags: ['3.14t'] }),
    stored('young', { subject: digestOf('old'), created: daysAgo(1) }),
    stored('signature', { tags: [`sha256-${hex('old')}.sig`], created: daysAgo(1) }),
    stored('fallback', { tags: [`sha256-${hex('old')}`], children: [digestOf('young')] }),
    stored('old'),
  ];
  const plan = planPrune([numpy(manifests)], policy);
  expect(outcome(plan)).toEqual({
    keep: ['report: numpy-tsan@image is what it is about', 'image: numpy-tsan@index lists it', 'index: 3.14t names it'],
    remove: [
      'old: last in use 500 days ago',
      'fallback: it is removed with its subject',
      'young: it is removed with its subject',
      'signature: it is removed with its subject',
    ],
  });
  expect(plan.remove.map(({ after }) => after.map((name) => nameOf(name.split('@')[1] ?? '')))).toEqual([
    [],
    ['old'],
    ['old', 'fallback'],
    ['old'],
  ]);
});

it('keeps the subject of a referrer that somebody named', () => {
  const manifests = [stored('image'), stored('notes', { subject: digestOf('image'), tags: ['notes'] })];
  expect(planPrune([numpy(manifests)], policy).remove).toEqual([]);
});

it('takes the age of an index from what it lists', () => {
  const manifests = (days: number) => [
    { digest: digestOf('index'), tags: [], children: [digestOf('image')] },
    stored('image', { created: daysAgo(days) }),
  ];
  expect(planPrune([numpy(manifests(399))], policy).remove).toEqual([]);
  expect(outcome(planPrune([numpy(manifests(401))], policy)).remove).toEqual([
    'index: last in use 401 days ago',
    'image: last in use 401 days ago',
  ]);
});

it('lets a referrer without its subject go after a week, and not before: the subject may be on its way', () => {
  const orphan = (days: number) => stored('report', { subject: digestOf('gone'), created: daysAgo(days) });
  expect(planPrune([numpy([orphan(6)])], policy).remove).toEqual([]);
  expect(planPrune([numpy([orphan(8)])], policy).remove).toHaveLength(1);
});

it('keeps an image in another repository while one stays that took files from it', () => {
  const repositories = (tags: string[]): StoredImage[] => [
    { image: 'openblas-tsan', manifests: [stored('O', { buildId: 'o' })], promotions: [], holds: [] },
    { image: 'cpython-tsan', manifests: [stored('C', { buildId: 'c' })], promotions: [], holds: [] },
    numpy([stored('N', { buildId: 'n', madeFrom: ['c', 'o'], tags })]),
  ];
  expect(planPrune(repositories(['3.14t']), policy).remove).toEqual([]);
  expect(planPrune(repositories([]), policy).remove.map(({ digest }) => nameOf(digest))).toEqual(['N', 'O', 'C']);
});

it('keeps a parent in another repository while a child stays, and lets it go after its child', () => {
  const chain = (tags: string[]): StoredImage[] => [
    { image: 'toolchain', manifests: [stored('T', { buildId: 't' })], promotions: [], holds: [] },
    { image: 'cpython', manifests: [stored('C', { buildId: 'c', madeFrom: ['t'] })], promotions: [], holds: [] },
    numpy([stored('N', { buildId: 'n', madeFrom: ['c'], tags })]),
  ];
  expect(outcome(planPrune(chain(['3.14t']), policy)).keep).toEqual([
    'T: cpython@C was made from it',
    'C: numpy-tsan@N was made from it',
    'N: 3.14t names it',
  ]);
  const { remove } = planPrune(chain([]), policy);
  expect(remove.map(({ image, digest }) => `${image} ${nameOf(digest)}`)).toEqual([
    'numpy-tsan N',
    'cpython C',
    'toolchain T',
  ]);
});

it('does nothing at all when one manifest of one repository could not be read', () => {
  const unreadable = { digest: digestOf('X'), unreadable: '403' };
  const plan = () =>
    planPrune([numpy([stored('A')]), { image: 'cpython', manifests: [unreadable], promotions: [], holds: [] }], policy);
  expect(plan).toThrow(UpstreamError);
  expect(plan).toThrow(`cpython@${digestOf('X')}: 403`);
});

it('comes to an end where labels claim a circle', () => {
  const manifests = [
    stored('A', { buildId: 'a', madeFrom: ['b'] }),
    stored('B', { buildId: 'b', madeFrom: ['a'] }),
    stored('C', { tags: [`sha256-${hex('C')}`], children: [digestOf('C')] }),
  ];
  expect(planPrune([numpy(manifests)], policy).remove).toHaveLength(3);
});
