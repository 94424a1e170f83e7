/**
 * A year of a factory on its virtual clock. Every four weeks something happens: upstream, in the registry, on GitHub or on
 * the branch. Answered is what the runs of these weeks brought, and what they cost.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { buildName } from '@pysan/model';
import { isObstacle } from '@pysan/planning';
import { readCandidates, readUpstreamLocks } from '@pysan/releases';

import { status } from '../local-server.ts';
import { baseIdentity, dayMs, type Family, type LocalFactory } from './local-factory.ts';
import type { LocalRun } from './local-runs.ts';
import type { UpstreamReleases } from './upstream-releases.ts';

export interface YearWorld {
  readonly factory: LocalFactory;
  readonly family: Family;
  readonly releases: UpstreamReleases;
  /** Merges what upstream has into the locks. */
  readonly mergeLocks: () => Promise<void>;
}

/** What came of one event. Minutes are those of runners. */
export interface EventReport {
  readonly event: string;
  readonly runs: number;
  readonly minutes: number;
  /** Of runs that failed, as the event would have it. */
  readonly failed: number;
  /** Of all others that brought what was not wanted any more when it came. */
  readonly needless: number;
  /** The wanted builds that are not there at the end. */
  readonly missed: readonly string[];
  /** What the last coordinator ended with. */
  readonly problem: string | undefined;
}

interface Event {
  readonly name: string;
  readonly begin: (world: YearWorld) => unknown;
  /** Ends it so many days later; absent where it has no end. */
  readonly end?: readonly [days: number, work: (world: YearWorld) => unknown];
}

const events: readonly Event[] = [
  { name: 'CPython 3.14 patch', begin: ({ releases }) => releases.release('cpython', '3.14') },
  { name: 'numpy release', begin: ({ releases }) => releases.release('numpy') },
  { name: 'scipy release', begin: ({ releases }) => releases.release('scipy') },
  { name: 'locks merged', begin: ({ mergeLocks }) => mergeLocks() },
  {
    name: 'python.org down for three days, and a CPython 3.13 patch',
    begin: ({ factory }) => silence(factory),
    end: [3, ({ releases }) => releases.release('cpython', '3.13')],
  },
  {
    name: 'the registry cannot tell for a day, and a numpy release',
    begin: ({ factory, releases }) => {
      factory.hiccup = () => true;
      releases.release('numpy');
    },
    end: [1, ({ factory }) => (factory.hiccup = () => false)],
  },
  {
    name: 'a token that has expired, for two days, and a scipy release',
    begin: ({ factory, releases }) => {
      factory.gitHub.trouble = () => ({ status: 401, body: { message: 'Bad credentials' } });
      releases.release('scipy');
    },
    end: [2, ({ factory }) => (factory.gitHub.trouble = () => undefined)],
  },
  {
    name: 'a numpy release that does not build, mended after three days',
    begin: ({ factory, releases }) => {
      factory.fails = (name) => name.startsWith('numpy-tsan ');
      releases.release('numpy');
    },
    end: [3, ({ factory }) => mend(factory, 'numpy-tsan')],
  },
  {
    name: 'a runner that breaks off once, and a CPython 3.14 patch',
    begin: ({ factory, releases }) => {
      let left = 1;
      factory.fails = (name) => name.startsWith('cpython-asan ') && left-- > 0;
      releases.release('cpython', '3.14');
    },
    end: [7, ({ factory }) => (factory.fails = () => false)],
  },
  { name: 'the registry loses an image', begin: ({ factory }) => lose(factory, 'numpy-asan') },
  { name: 'the registry loses a public tag', begin: ({ factory }) => factory.registry.delete('scipy-tsan:3.14t') },
  { name: 'the registry loses what others are built on', begin: ({ factory }) => lose(factory, 'cpython') },
  { name: 'a change of an image', begin: ({ factory }) => mend(factory, 'cpython-tsan') },
  {
    name: 'two CPython 3.13 patches within hours',
    begin: ({ releases }) => releases.release('cpython', '3.13'),
    // While the images of the first one are being built, if an image takes an hour.
    end: [0.15, ({ releases }) => releases.release('cpython', '3.13')],
  },
];
const eventDays = 28;

/** The first fill, and then a year: an event each four weeks. */
export async function liveYear(world: YearWorld): Promise<readonly EventReport[]> {
  const reports = [await live(world, { name: 'first fill', begin: () => undefined })];
  for (const event of events) {
    reports.push(await live(world, event));
  }
  return reports;
}

async function live(
  world: YearWorld,
  { name, begin, end: [days, finish] = [0, () => undefined] }: Event,
): Promise<EventReport> {
  const { gitHub, log, pass } = world.factory;
  const before = gitHub.runs.length;
  await begin(world);
  const states = [{ until: gitHub.now() + days * dayMs, wanted: await readWanted(world.factory) }];
  if (days > 0) {
    await pass(days * dayMs);
    await finish(world);
    states.push({ until: Infinity, wanted: await readWanted(world.factory) });
  }
  // One coordinator is started by the change of the branch, the others by the schedule, each week.
  await pass((7 - days) * dayMs);
  for (let day = 7; day < eventDays; day += 7) {
    await pass(7 * dayMs);
  }
  const runs = gitHub.runs.slice(before).filter(({ name: run }) => run !== 'coordinator');
  return { event: name, ...account(world, runs, states), problem: log.at(-1)?.problem };
}

/** What was wanted, until then. */
interface Phase {
  readonly until: number;
  readonly wanted: readonly WantedBuild[];
}

function account({ factory, family }: YearWorld, runs: readonly LocalRun[], phases: readonly Phase[]) {
  const minutesOf = (list: readonly LocalRun[]): number =>
    list.reduce((sum, { name }) => sum + family.minutes(name.split(' ')[0] ?? ''), 0);
  const failed = runs.filter(({ conclusion }) => conclusion !== 'success');
  const needless = runs.filter((run) => {
    const phase = phases.find(({ until }) => run.updatedAt <= until) ?? phases.at(-1);
    return !failed.includes(run) && phase?.wanted.every(({ id }) => !run.name.endsWith(` ${buildName(id)}`)) === true;
  });
  const missed = (phases.at(-1)?.wanted ?? []).filter(({ image, id }) => !factory.registry.has(`${image}@${id}`));
  return {
    runs: runs.length,
    minutes: minutesOf(runs),
    failed: minutesOf(failed),
    needless: minutesOf(needless),
    missed: missed.map(({ key }) => key),
  };
}

interface WantedBuild {
  readonly key: string;
  readonly image: string;
  readonly id: string;
}

async function readWanted({ upstreams: { root, sites } }: LocalFactory): Promise<readonly WantedBuild[]> {
  const { locks } = await readUpstreamLocks(root, sites);
  const candidates = await readCandidates(root, { baseIdentity, commits: new Map(), locks });
  return candidates.flatMap(({ image: { name }, tag, build }) =>
    isObstacle(build) ? [] : [{ key: `${name}:${tag}`, image: name, id: build.id }],
  );
}

/** Until the next release has it show its replies anew. */
function silence({ upstreams: { servers } }: LocalFactory): void {
  const { replies } = servers.pythonOrg;
  servers.pythonOrg.replies = Object.fromEntries(Object.keys(replies).map((url) => [url, status(503)]));
}

async function mend(factory: LocalFactory, image: string): Promise<void> {
  const file = path.join(factory.upstreams.root, 'images', image, 'Dockerfile');
  await writeFile(file, `${await readFile(file, 'utf8')}RUN mended\n`);
  factory.fails = () => false;
}

/** All that it has of an image at 3.14t, whatever names it. */
function lose({ registry }: LocalFactory, image: string): void {
  const digest = registry.get(`${image}:3.14t`)?.digest;
  for (const [key, present] of registry) {
    if (key.startsWith(image) && present.digest === digest) {
      registry.delete(key);
    }
  }
}
