/** A year of a factory: whatever happens, four weeks later all that is wanted is there, and nothing was made for nothing. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type EventReport, liveYear } from '@pysan/testing/github/factory-year';
import { type LocalFactory, smallFamily, startLocalFactory } from '@pysan/testing/github/local-factory';
import { startReleases } from '@pysan/testing/github/upstream-releases';

import { runCoordinate } from './coordinate.ts';
import { runResolve } from './resolve.ts';

// Some hundred walks of the coordinator through local servers.
jest.setTimeout(300_000);

let factory: LocalFactory;
let year: readonly EventReport[];

beforeAll(async () => {
  factory = await startLocalFactory(runCoordinate, smallFamily);
  const releases = await startReleases(factory.upstreams, smallFamily.tracks);
  year = await liveYear({ factory, family: smallFamily, releases, mergeLocks });
});

afterAll(() => factory.stop());

function mergeLocks(): Promise<void> {
  const { root, sites } = factory.upstreams;
  const options = { preRelease: false, apply: true, json: false, only: ['cpython', 'numpy', 'scipy'] };
  const silent = { log: () => undefined, error: () => undefined };
  return runResolve({ root, sites, ...options, generate: () => Promise.resolve() }, silent);
}

it('misses nothing, and ends each event in peace', () => {
  const uneasy = year.filter(({ missed, problem }) => missed.length > 0 || problem !== undefined);
  expect(uneasy).toEqual([]);
  expect(factory.gitHub.issues.filter(({ state }) => state === 'open')).toEqual([]);
});

it('builds what an event makes stale, and nothing else', () => {
  const runs = Object.fromEntries(year.map(({ event, runs: count }) => [event, count]));
  expect(runs).toMatchObject({
    'first fill': 13,
    'CPython 3.14 patch': 6,
    'numpy release': 6,
    'scipy release': 2,
    'locks merged': 0,
    'the registry loses an image': 1,
    'the registry loses a public tag': 1,
    'the registry loses what others are built on': 1,
    'a change of an image': 6,
  });
  const other = year.filter(({ event }) => !event.startsWith('two CPython'));
  expect(other.filter(({ needless }) => needless > 0)).toEqual([]);
});

it('spends at most 2 % of its minutes on what a second release makes old before it is there', () => {
  const sum = (key: 'minutes' | 'needless'): number => year.reduce((all, report) => all + report[key], 0);
  expect(sum('needless') / sum('minutes')).toBeLessThan(0.02);
});
