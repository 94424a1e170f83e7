/** From upstreams by way of the locks to the plan: what `pysan resolve --apply` and `pysan plan` do one after the other. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { faults } from '@pysan/testing/local-server';
import { readCandidates } from '@pysan/releases';
import {
  type Candidate,
  formatReason,
  isObstacle,
  type Planned,
  planBuilds,
  type Present,
  readPresent,
} from '@pysan/planning';
import { archivesOfDebian, packagesOfDebian } from '@pysan/versions';
import { readLocks } from '@pysan/workspace';

import { runResolve } from './resolve.ts';
import { createWorld, type Upstream, withTiming, type World } from '@pysan/testing/upstreams';

// Dozens of walks through local servers; a busy machine needs its time.
jest.setTimeout(60_000);

const dockerfile = `ARG base_image=debian
FROM \${base_image}
ARG llvm_version python_version python_pin tools_requirements=tools.txt
ARG numpy_version numpy_pin scipy_version scipy_pin openblas_version openblas_pin
COPY versions/tools/\${tools_requirements} /tmp/
`;
const checks = new Map([['everything-tsan', 'a'.repeat(64)]]);

let world: World;
/** What was built, by Python tag. */
let built: Map<string, Present>;

beforeEach(async () => {
  world = await createWorld();
  built = new Map();
  await mkdir(path.join(world.root, 'images/everything-tsan'), { recursive: true });
  await writeFile(path.join(world.root, 'images/everything-tsan/Dockerfile'), dockerfile);
  await writeFile(path.join(world.root, '.dockerignore'), '**/project.json\n');
  await buildAll();
});

afterEach(() => world.stop());

async function resolve(sites = world.sites): Promise<unknown> {
  const silent = { log: () => undefined, error: () => undefined };
  const generate = () => Promise.resolve();
  const command = { root: world.root, sites, preRelease: false, apply: true, json: false, generate };
  return runResolve(command, silent).catch((error: unknown) => error);
}

async function candidates(): Promise<readonly Candidate[]> {
  const { debian } = await readLocks(world.root);
  return readCandidates(world.root, { baseIdentity: debian.digest ?? 'sha256:old', commits: new Map() });
}

async function plan(): Promise<readonly Planned[]> {
  const wanted = await candidates();
  const found = await readPresent(wanted, ({ tag = '' }) => Promise.resolve(built.get(tag)));
  return planBuilds(wanted, { found, checks });
}

/** Builds and proves whatever can be built. */
async function buildAll(): Promise<void> {
  for (const { tag = '', build } of await candidates()) {
    if (!isObstacle(build)) {
      const { id: buildId, inputs } = build;
      const proof = { buildId, checksHash: 'a'.repeat(64), verdict: 'pass' };
      built.set(tag, { digest: `sha256:${buildId}`, buildId, inputs, proof });
    }
  }
}

function describePlan(planned: readonly Planned[]): string[] {
  return planned.map(({ tag, state, reasons }) => `${tag} ${state}: ${reasons.map(formatReason).join('; ')}`);
}

function statesOf(planned: readonly Planned[]): string[] {
  return planned.map(({ tag, state }) => `${tag} ${state}`);
}

it('names what upstream brought, builds it, and has nothing to do the second time', async () => {
  expect(statesOf(await plan())).toEqual([
    '3.13t fresh',
    '3.14 not-buildable',
    '3.14t not-buildable',
    '3.15t not-buildable',
    '3.16t-dev unknown',
  ]);

  expect(await resolve()).toBeUndefined();
  const planned = describePlan(await plan());
  expect(planned.filter((line) => line.includes('to-build'))).toEqual([
    expect.stringMatching(
      /^3\.13t to-build: new-release: debian 1:21\.1\.8-3~bpo13\+2 → 1:22\.1\.8-1~deb13u5; new-release: openblas 0\.3\.28 → 0\.3\.29; base-moved: base image sha256:old → sha256:222222222222; input-changed: versions\/tools\/tools\/tools\.txt 644 \w{12} → 644 \w{12}$/,
    ),
    '3.14t to-build: missing: no such image',
  ]);

  await buildAll();
  const after = await plan();
  expect(statesOf(after)).toEqual([
    '3.13t fresh',
    '3.14 not-buildable',
    '3.14t fresh',
    '3.15t not-buildable',
    '3.16t-dev unknown',
  ]);
  expect(await resolve()).toBeUndefined();
  expect(await plan()).toEqual(after);
});

const components: Readonly<Record<Upstream, readonly string[]>> = {
  pythonOrg: ['cpython'],
  gitHub: ['numpy', 'scipy'],
  packageIndex: ['numpy', 'scipy', 'some-package'],
  debian: [...archivesOfDebian, ...packagesOfDebian],
  dockerHub: ['debian'],
};
const accidents = Object.keys(components).flatMap((upstream) =>
  faults.map((fault) => ({ upstream: upstream as Upstream, ...fault })),
);

it.each(accidents)(
  'when $upstream $what, the plan has the news of the others, and all once it answers',
  async (accident) => {
    const { upstream, reply, timeoutMs } = accident;
    const server = world.servers[upstream];
    const good = { ...server.replies };
    server.replies = Object.fromEntries(Object.keys(good).map((url) => [url, reply]));
    const sites = timeoutMs === undefined ? world.sites : withTiming(world, upstream, 200);

    expect(await resolve(sites)).toBeInstanceOf(Error);
    const during = await plan();
    const news = during.flatMap(({ reasons }) => reasons.filter(({ code }) => code === 'new-release'));
    expect(news.filter(({ what }) => components[upstream].includes(what))).toEqual([]);
    expect(during.find(({ tag }) => tag === '3.13t')?.state).toBe('to-build');

    server.replies = good;
    expect(await resolve()).toBeUndefined();
    const planned = describePlan(await plan());
    expect(planned[0]).toMatch(/^3\.13t to-build: new-release: debian .*; new-release: openblas .*; base-moved: /);
    expect(planned[2]).toBe('3.14t to-build: missing: no such image');
  },
);
