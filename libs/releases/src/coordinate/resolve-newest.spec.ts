/** What a workflow publishes that a person starts, beside what the coordinator would start in its place. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { type BuildRequest, isObstacle, keyOf } from '@pysan/planning';
import { startLocalFactory, type LocalFactory } from '@pysan/testing/github/local-factory';
import { status } from '@pysan/testing/local-server';

import { readCandidates } from '../plan/read-plan.ts';
import { type NewestWorld, resolveNewest } from './resolve-newest.ts';
import { readUpstreamLocks } from './upstream-locks.ts';

// A busy machine needs its time.
jest.setTimeout(60_000);

let factory: LocalFactory;
let world: NewestWorld;

beforeEach(async () => {
  factory = await startLocalFactory(() => Promise.resolve());
  const base = { reference: 'pysan-base:trixie', identity: 'sha256:base' };
  const { root, sites } = factory.upstreams;
  world = { root, sites, folder: root, findBase: () => Promise.resolve(base) };
});

afterEach(() => factory.stop());

async function idOf(image: string, request: Omit<BuildRequest, 'locked'>): Promise<string | undefined> {
  const { builds } = await resolveNewest(world, image, { ...request, locked: false });
  return builds.at(-1)?.id;
}

async function wanted(): Promise<Map<string, string>> {
  const { root, sites } = world;
  const { locks } = await readUpstreamLocks(root, sites);
  const candidates = await readCandidates(root, { baseIdentity: 'sha256:base', commits: new Map(), locks });
  return new Map(candidates.flatMap((it) => (isObstacle(it.build) ? [] : [[keyOf(it), it.build.id]])));
}

it('is what the coordinator would build, for each image at each of its series', async () => {
  for (const [key, id] of await wanted()) {
    const [image = '', python] = key.split(':');
    expect([key, await idOf(image, python === undefined ? {} : { python })]).toEqual([key, id]);
  }
});

it('is what it would build of the newest stable release that fits, where no Python is named', async () => {
  const ids = await wanted();
  // The lock ends at 3.14.10, and numpy's at 2.4.6; 3.15 is a candidate.
  const resolved = await resolveNewest(world, 'numpy-tsan', { locked: false });
  expect(resolved.python).toEqual({ version: '3.14.11', freeThreaded: true, dev: false });
  expect(resolved.releases.find(({ component }) => component === 'numpy')?.version).toBe('2.5.5');
  expect(resolved.builds.at(-1)?.id).toBe(ids.get('numpy-tsan:3.14t'));
  expect(await idOf('toolchain', {})).toBe(ids.get('toolchain'));
});

it('keeps what is named, and asks no upstream for what is newer than that', async () => {
  const { gitHub, pythonOrg } = factory.upstreams.servers;
  gitHub.replies = {};
  pythonOrg.replies = {};
  const { releases } = await resolveNewest(world, 'numpy-tsan', { python: '3.13.5t', numpy: '2.4.6', locked: false });
  expect(releases.map(({ component, version }) => `${component} ${version}`)).toEqual(
    expect.arrayContaining(['cpython 3.13.5', 'numpy 2.4.6']),
  );
});

it('tells nothing of what an upstream cannot tell', async () => {
  const { gitHub } = factory.upstreams.servers;
  gitHub.replies = Object.fromEntries(Object.keys(gitHub.replies).map((url) => [url, status(503)]));
  await expect(idOf('numpy-tsan', { python: '3.14t' })).rejects.toThrow(
    /^the releases of numpy are not known: .*Name each version, or try again later\.$/s,
  );
  expect(await idOf('cpython-tsan', { python: '3.14t' })).toBeDefined();
});

it('refuses an image that there is not, with those that there are', async () => {
  await expect(idOf('numpi-tsan', {})).rejects.toThrow(/There is no image numpi-tsan\. Images: .*numpy-tsan/);
});
