/** From upstreams to the plan: what a resolution changes is to be built, with the reason, and nothing else. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import {
  type Candidate,
  formatReason,
  isObstacle,
  keyOf,
  nameBuilds,
  planBuilds,
  type Present,
  wantedBuilds,
} from '@pysan/planning';
import { status } from '@pysan/sources/local-server';
import { readImages, readLocks } from '@pysan/workspace';

import { runResolve } from './run-resolve.ts';
import { createWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

const argNames = ['python', 'numpy', 'scipy', 'openblas', 'lapack', 'some_package', 'llvm'].flatMap((name) => [
  `${name}_version`,
  `${name}_pin`,
]);

async function resolve(): Promise<void> {
  const { root, sites } = world;
  const silent = { log: () => undefined, error: () => undefined };
  await runResolve({ root, sites, preRelease: false, apply: true, json: false }, silent);
}

/** What today's locks want. */
async function listCandidates(): Promise<readonly Candidate[]> {
  const [images, locks] = await Promise.all([readImages(world.root), readLocks(world.root)]);
  const wanted = wantedBuilds({ images, locks, commits: new Map(), baseIdentity: locks.debian.digest ?? 'unresolved' });
  return nameBuilds(
    wanted,
    wanted.map(({ image }) => ({ image, argNames, files: {} })),
  );
}

const checks = new Map([['everything-tsan', 'checks of today']]);

/** A registry that has all that can be built, proven. */
async function buildAll(): Promise<Map<string, Present>> {
  const present = (await listCandidates()).flatMap(({ image, tag, build }): [string, Present][] => {
    if (isObstacle(build)) {
      return [];
    }
    const proof = { buildId: build.id, checksHash: 'checks of today', verdict: 'pass' };
    return [[keyOf({ image, tag }), { digest: build.id, buildId: build.id, inputs: build.inputs, proof }]];
  });
  return new Map(present);
}

async function plan(found: ReadonlyMap<string, Present>): Promise<string[]> {
  const planned = planBuilds(await listCandidates(), { found, checks });
  return planned.map(({ tag, state, reasons }) => `${tag} ${state}: ${reasons.map(formatReason).join('; ')}`);
}

const openblas = 'new-release: openblas 0.3.28 → 0.3.29';
const base = 'base-moved: base image unresolved → sha256:222222222222';
const llvm = 'new-release: debian 1:21.1.7-1~bpo13+1 → 1:21.1.8-3~bpo13+2';
const missing = 'to-build: missing: no such image';
const fresh = 'fresh: fresh: built of these inputs, and proven by these checks';

/** The plan of all that is tracked, given what it says for the two tags that can be built. */
function planWith(python313: string, python314: string): unknown[] {
  return [
    `3.13t ${python313}`,
    expect.stringMatching(/^3\.14 not-buildable: .*scipy/),
    `3.14t ${python314}`,
    expect.stringMatching(/^3\.15t not-buildable: .*No stable release of Python 3\.15/),
    expect.stringMatching(/^3\.16t-dev unknown: /),
  ];
}

it('builds what a resolution changed, and the second time nothing', async () => {
  const before = await buildAll();
  await resolve();
  expect(await plan(before)).toEqual(planWith(`to-build: ${llvm}; ${openblas}; ${base}`, missing));
  const after = await buildAll();
  await resolve();
  expect(await plan(after)).toEqual(planWith(fresh, fresh));
});

it('builds the rest when one upstream is down', async () => {
  const before = await buildAll();
  world.servers.dockerHub.replies = { '/v2/library/debian/manifests/trixie-slim': status(503) };
  await expect(resolve()).rejects.toThrow('debian');
  expect(await plan(before)).toEqual(planWith(`to-build: ${openblas}`, missing));
});
