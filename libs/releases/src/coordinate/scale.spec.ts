/** The coordinator and the plan at twice today's family and more: 20 images at 40 Python tags, in a repository on disk. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { coordinate } from '@pysan/coordination';
import { findRepository } from '@pysan/github';
import { type BuildQuery, isObstacle, type Present, readyBuilds } from '@pysan/planning';
import { type Family, type LocalFactory, startLocalFactory } from '@pysan/testing/github/local-factory';
import { bytes, json } from '@pysan/testing/local-server';
import { readImages } from '@pysan/workspace';

import { hashChecks } from '../plan/read-plan.ts';
import { readSituation } from './read-situation.ts';

const series = Array.from({ length: 20 }, (_, index) => `3.${index + 10}`);
const tracks = series.flatMap((it) => [it, `${it}t`]);
const secondsMax = 3;

// A busy machine needs its time for what takes a second of it.
jest.setTimeout(60_000);

const sanitizers = ['tsan', 'asan'];
const packages = Array.from({ length: 6 }, (_, index) => `package${index}`);
const family: Family = {
  tracks,
  minutes: () => 60,
  chain: [
    ['toolchain', undefined, ['debian']],
    ['cpython', 'toolchain', ['cpython']],
    ...sanitizers.flatMap((it): Family['chain'] => [
      [`cpython-${it}`, 'cpython', ['cpython']],
      [`numpy-${it}`, `cpython-${it}`, ['numpy']],
      [`scipy-${it}`, `numpy-${it}`, ['scipy']],
      ...packages.map((name) => [`${name}-${it}`, `numpy-${it}`, []] as const),
    ]),
  ],
};
const builds = 1 + (family.chain.length - 1) * tracks.length;

let factory: LocalFactory;
let asked: BuildQuery[];

beforeAll(async () => {
  factory = await startLocalFactory(() => Promise.resolve(), family);
  await lockAllSeries(factory);
});

afterAll(() => factory.stop());

/** A release of each series, and libraries that support all of them; upstream has the same. */
async function lockAllSeries({ upstreams: { root, servers } }: LocalFactory): Promise<void> {
  const sha256 = '1'.repeat(64);
  const write = (component: string, lock: object): Promise<void> =>
    writeFile(path.join(root, `versions/${component}/lock.json`), JSON.stringify({ component, ...lock }));
  const versions = series.map((it) => `${it}.1`);
  await write('cpython', {
    repository: 'https://git.test/cpython',
    channels: [],
    releases: versions.toReversed().map((version) => ({ version, sha256 })),
  });
  for (const library of ['numpy', 'scipy']) {
    const file = `${library}-2.0.0.tar.gz`;
    const releases = [{ version: '2.0.0', sha256, file, pythonTags: tracks }];
    await write(library, { repository: `https://github.com/${library}/${library}`, branch: 'main', releases });
    servers.gitHub.replies[`/repos/${library}/${library}/releases?per_page=100`] = json([]);
  }
  servers.pythonOrg.replies = {
    '/api/v2/downloads/release/?is_published=true&version=3': json(
      versions.map((version, id) => ({
        name: `Python ${version}`,
        pre_release: false,
        resource_uri: `https://example.org/api/v2/downloads/release/${id}/`,
      })),
    ),
  };
  versions.forEach((version, id) => {
    const url = `https://example.org/ftp/python/${version}/Python-${version}.tar.xz`;
    servers.pythonOrg.replies[`/api/v2/downloads/release_file/?release=${id}`] = json([{ url, sha256_sum: sha256 }]);
    servers.pythonOrg.replies[`/ftp/python/${version}/Python-${version}.tar.xz`] = bytes('');
  });
}

async function decide(present: ReadonlyMap<string, Present>) {
  const { root, sites } = factory.upstreams;
  const env = { GITHUB_API_URL: factory.gitHub.origin, GITHUB_REPOSITORY: 'own/pysan', GITHUB_TOKEN: 'ghs_factory' };
  asked = [];
  const before = process.cpuUsage();
  const situation = await readSituation({
    root,
    sites,
    read: (query) => {
      asked.push(query);
      return Promise.resolve(present.get(query.id));
    },
    gitHub: findRepository(env, 0.1),
    baseIdentity: 'sha256:base',
    now: factory.gitHub.now(),
  });
  const { rows, dispatches } = coordinate(situation);
  const ready = readyBuilds(situation.images, situation.candidates, situation.planned);
  const { user, system } = process.cpuUsage(before);
  return { rows, dispatches, ready, situation, seconds: (user + system) / 1e6 };
}

it('decides of an empty registry, and then of a full one, in little time and with one look at each build', async () => {
  const empty = await decide(new Map());
  expect(empty.situation.doubts).toEqual(new Map());
  expect(empty.rows).toHaveLength(builds);
  expect(empty.dispatches.map(({ image }) => image)).toEqual(['toolchain']);
  expect(empty.ready.map(({ publish }) => publish)).toEqual(['toolchain']);
  expect(asked).toHaveLength(builds);
  expect(new Set(asked.map(({ image, tag }) => `${image}:${tag}`)).size).toBe(builds);

  const checks = await hashChecks(factory.upstreams.root, await readImages(factory.upstreams.root));
  const present = empty.situation.candidates.flatMap(({ image, build }): [string, Present][] => {
    if (isObstacle(build)) {
      return [];
    }
    const proof = { buildId: build.id, checksHash: checks.get(image.name) ?? '', verdict: 'pass' };
    return [[build.id, { digest: `sha256:${build.id}`, buildId: build.id, inputs: build.inputs, proof }]];
  });
  const full = await decide(new Map(present));
  expect(new Set(full.rows.map(({ status }) => status))).toEqual(new Set(['fresh']));
  expect([full.dispatches, full.ready]).toEqual([[], []]);
  expect(asked).toHaveLength(builds);
  expect(Math.max(empty.seconds, full.seconds)).toBeLessThan(secondsMax);
});
