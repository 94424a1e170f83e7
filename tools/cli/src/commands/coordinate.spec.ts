import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { secondaryLimit } from '@pysan/testing/github/local-github';
import { status } from '@pysan/testing/local-server';
import { dayMs, hourMs, startLocalFactory, type LocalFactory } from '@pysan/testing/github/local-factory';

import { runCoordinate } from './coordinate.ts';
import { runResolve } from './resolve.ts';

// Hundreds of walks through local servers; a busy machine needs its time.
jest.setTimeout(120_000);

let factory: LocalFactory;

beforeEach(async () => {
  factory = await startLocalFactory(runCoordinate);
});

afterEach(() => factory.stop());

const published = (): string[] => [...factory.registry.keys()].filter((key) => key.includes('@'));
const builds = () => factory.gitHub.runs.filter(({ name }) => name !== 'coordinator');
const counts = (): string | undefined => factory.log.at(-1)?.table.match(/^\d+ builds: .*$/m)?.[0];
const openIssues = () => factory.gitHub.issues.filter(({ state }) => state === 'open');
const startedOf = (image: string) => builds().filter(({ name }) => name.startsWith(`${image} `));

it('fills an empty registry in the order of the chain, with what is newer upstream than in the lock', async () => {
  await factory.pass(dayMs);
  expect(published()).toHaveLength(13);
  expect(
    builds().map(({ inputs: { build_id: _, ...inputs }, workflow }) => [workflow, ...Object.values(inputs)].join(' ')),
  ).toEqual([
    'docker_image_toolchain.yml',
    'docker_image_cpython.yml 3.13.5t',
    'docker_image_cpython.yml 3.14.11t',
    'docker_image_cpython_asan.yml 3.13.5t',
    'docker_image_cpython_asan.yml 3.14.11t',
    'docker_image_cpython_tsan.yml 3.13.5t',
    'docker_image_cpython_tsan.yml 3.14.11t',
    'docker_image_numpy_asan.yml 3.13.5t 2.4.6',
    'docker_image_numpy_asan.yml 3.14.11t 2.5.5',
    'docker_image_numpy_tsan.yml 3.13.5t 2.4.6',
    'docker_image_numpy_tsan.yml 3.14.11t 2.5.5',
    'docker_image_scipy_tsan.yml 3.13.5t 2.4.6 1.17.1',
    'docker_image_scipy_tsan.yml 3.14.11t 2.5.5 1.17.1',
  ]);
  expect(counts()).toBe('13 builds: 13 fresh');
});

it('does nothing a second time, nor once the lock is merged', async () => {
  await factory.pass(dayMs);
  const before = [builds().length, factory.gitHub.issues.length];
  await factory.pass(7 * dayMs);
  const { root, sites } = factory.upstreams;
  const silent = { log: () => undefined, error: () => undefined };
  const options = { preRelease: false, apply: true, json: false, only: ['cpython', 'numpy', 'scipy'] };
  const merged = { root, sites, ...options, generate: () => Promise.resolve() };
  await runResolve(merged, silent);
  await factory.pass(7 * dayMs);
  expect([builds().length, factory.gitHub.issues.length]).toEqual(before);
  expect(factory.log.at(-1)?.table).toMatch(/There is no run to start and no issue to change\.$/);
});

it('follows a change of an image by building it and what is built on it, and nothing else', async () => {
  await factory.pass(dayMs);
  const before = builds().length;
  await writeFile(
    path.join(factory.upstreams.root, 'images/numpy-tsan/Dockerfile'),
    'ARG base_image=x\nFROM ${base_image}\nARG numpy_version numpy_pin\nRUN true\n',
  );
  await factory.pass(dayMs);
  expect(
    builds()
      .slice(before)
      .map(({ name }) => name.split(' b')[0]),
  ).toEqual(['numpy-tsan 3.13.5t', 'numpy-tsan 3.14.11t', 'scipy-tsan 3.13.5t', 'scipy-tsan 3.14.11t']);
  expect(counts()).toBe('13 builds: 13 fresh');
});

it('tries what fails for a week ever more seldom, tells of it in one issue, and builds the rest', async () => {
  factory.fails = (name, now) => name.startsWith('numpy-tsan 3.14.11t') && now < 7 * dayMs;
  for (let hours = 0; hours < 9 * 24; hours += 6) {
    await factory.pass(6 * hourMs);
  }
  const failing = startedOf('numpy-tsan').filter(({ name }) => name.includes('3.14.11t'));
  const days = failing.map(({ createdAt }) => Math.floor((createdAt - (failing[0]?.createdAt ?? 0)) / dayMs));
  expect(days).toEqual([0, 1, 3, 7]);
  expect(published()).toHaveLength(13);
  expect(factory.gitHub.issues).toHaveLength(1);
  expect(factory.gitHub.issues[0]).toMatchObject({ title: 'numpy-tsan 3.14t fails to build', state: 'closed' });
  expect(factory.gitHub.issues[0]?.comments.map((text) => text.replace(/http\S+/, 'URL'))).toEqual([
    'Failed again, 2 times by now: URL',
    'Failed again, 3 times by now: URL',
    'It is published and proven.',
  ]);
  expect(counts()).toBe('13 builds: 13 fresh');
});

it('is red while something failed, with its children blocked and all others done', async () => {
  factory.fails = (name) => name.startsWith('cpython-tsan 3.14.11t');
  await factory.pass(dayMs);
  await factory.coordinate();
  expect(counts()).toBe('13 builds: 10 fresh, 1 failed, 2 blocked');
  expect(factory.log.at(-1)?.problem).toMatch(/^These need attention:\n {2}- cpython-tsan:3\.14t: failed: it failed/);
  expect(openIssues().map(({ title }) => title)).toEqual(['cpython-tsan 3.14t fails to build']);
});

it('tries at once when what goes into a failing build changed', async () => {
  factory.fails = (name) => name.startsWith('numpy-asan');
  await factory.pass(8 * hourMs);
  const before = startedOf('numpy-asan').length;
  factory.fails = () => false;
  const dockerfile = path.join(factory.upstreams.root, 'images/numpy-asan/Dockerfile');
  await writeFile(dockerfile, `${await readFile(dockerfile, 'utf8')}RUN mended\n`);
  await factory.pass(8 * hourMs);
  expect(startedOf('numpy-asan')).toHaveLength(before + 2);
  expect(openIssues()).toEqual([]);
  expect(counts()).toBe('13 builds: 13 fresh');
});

it('builds nothing over what a registry cannot tell of, is red, and converges once it can', async () => {
  factory.hiccup = (image, now) => image === 'cpython-tsan' && now < dayMs;
  await factory.pass(dayMs);
  expect(startedOf('cpython-tsan')).toEqual([]);
  expect(counts()).toBe('13 builds: 7 fresh, 2 unknown, 4 blocked');
  expect(factory.log.at(-1)?.problem).toContain(
    'cpython-tsan:3.14t: unknown: the registry answered 503 for cpython-tsan',
  );
  await factory.pass(dayMs);
  expect(published()).toHaveLength(13);
  expect(counts()).toBe('13 builds: 13 fresh');
});

it.each([
  ['pythonOrg', 'cpython', '13 builds: 1 fresh, 12 unknown'],
  ['gitHub', 'numpy', '13 builds: 7 fresh, 6 unknown'],
] as const)('goes on with the others while %s is down, red, and converges', async (upstream, component, during) => {
  const server = factory.upstreams.servers[upstream];
  const good = server.replies;
  server.replies = Object.fromEntries(Object.keys(good).map((url) => [url, status(503)]));
  await factory.pass(dayMs);
  expect(counts()).toBe(during);
  expect(factory.log.at(-1)?.problem).toContain(`- the releases of ${component} are not known: `);
  expect(factory.log.at(-1)?.problem).toMatch(/^These need attention:(\n {2}- the releases of .*)+$/);
  server.replies = good;
  await factory.pass(dayMs);
  expect(counts()).toBe('13 builds: 13 fresh');
});

it('converges after a day on which everything goes wrong', async () => {
  const isBad = (): boolean => factory.gitHub.now() < firstDay;
  const firstDay = factory.gitHub.now() + dayMs;
  const { gitHub } = factory.upstreams.servers;
  const good = gitHub.replies;
  gitHub.replies = Object.fromEntries(Object.keys(good).map((url) => [url, status(503)]));
  let asked = 0;
  factory.gitHub.trouble = () => (isBad() && (asked += 1) % 7 === 0 ? secondaryLimit : undefined);
  factory.hiccup = (image) => isBad() && image === 'cpython';
  factory.fails = (name) => isBad() && name.startsWith('cpython-asan');
  await factory.pass(dayMs);
  expect(factory.log.every(({ problem }) => problem !== undefined)).toBe(true);
  gitHub.replies = good;
  await factory.pass(dayMs);
  await factory.pass(dayMs);
  expect(published()).toHaveLength(13);
  const before = builds().length;
  await factory.pass(7 * dayMs);
  expect(builds()).toHaveLength(before);
  expect(counts()).toBe('13 builds: 13 fresh');
  expect(openIssues()).toEqual([]);
});

it.each(['breaks off', 'answer is lost'] as const)('starts nothing twice when a dispatch %s', async (trouble) => {
  // Until toolchain is there, and before the coordinator that its run has started.
  await factory.pass(1.05 * hourMs);
  let left = 2;
  factory.gitHub.trouble = ({ method, url }) =>
    method === 'POST' && url.pathname.endsWith('/dispatches') && left-- > 0 ? trouble : undefined;
  expect(await factory.coordinate()).toMatch(/cpython:3\.13t, cpython:3\.14t: unknown: GitHub cannot be reached: POST/);
  expect(counts()).toBe('13 builds: 1 fresh, 2 unknown, 10 waiting');
  await factory.pass(dayMs);
  expect(published()).toHaveLength(13);
  expect(builds()).toHaveLength(13);
});

it('takes a run that somebody started by hand for its own, and waits for it', async () => {
  factory.gitHub.trouble = () => undefined;
  expect(await factory.coordinate({ apply: false })).toBeUndefined();
  expect(counts()).toBe('13 builds: 1 to dispatch, 12 waiting');
  expect(factory.log.at(-1)?.table).toMatch(/--apply would start 1 runs and change 0 issues\.$/);
  expect(builds()).toEqual([]);
  await factory.coordinate();
  await factory.coordinate();
  expect(builds()).toHaveLength(1);
  expect(counts()).toBe('13 builds: 1 running, 12 waiting');
});

it('writes the table beside the run, and JSON for scripts', async () => {
  const summaryFile = path.join(tmpdir(), `pysan-summary-${process.pid}.md`);
  await factory.coordinate({ apply: false, json: true, summaryFile });
  const summary = await readFile(summaryFile, 'utf8');
  await rm(summaryFile);
  expect(summary).toContain('13 builds: 1 to dispatch, 12 waiting');
  expect(summary).toContain('| numpy-tsan | 3.14t | 3.14.11t | waiting | cpython-tsan:3.14t is waiting |  |');
  const [text = ''] = factory.log.at(-1)?.table.split(/\n(?=--apply)/) ?? [];
  const { dispatches, applied } = JSON.parse(text) as { dispatches: object[]; applied: boolean };
  expect(applied).toBe(false);
  expect(dispatches[0]).toMatchObject({
    workflow: 'docker_image_toolchain.yml',
    inputs: { build_id: expect.stringMatching(/^b[0-9a-f]{12}$/) },
  });
});
