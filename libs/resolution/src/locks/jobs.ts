/** One job for each component: asks its upstream, and returns its new lock as text. */
import { type Image, neededFor, parsePythonTag, seriesOf } from '@pysan/model';
import { fetchSuites } from '@pysan/sources';
import {
  archivesOfDebian,
  type DebianComponent,
  type DebianSource,
  type Locks,
  type PackageLock,
  packagesOfDebian,
  type Resolved,
} from '@pysan/versions';
import { formatLock, lockFile } from '@pysan/workspace';

import { findBranchNews } from './branches.ts';
import { resolveCpython } from './cpython.ts';
import { resolveBase, resolvePatchedPackage, resolveSourcePackage } from './debian.ts';
import type { Findings } from './findings.ts';
import { resolveLibrary } from './library.ts';
import type { Sites } from '../sites.ts';
import { resolveTools } from './tools.ts';

export interface Context {
  /** The root of the repository. */
  readonly root: string;
  readonly sites: Sites;
  readonly preRelease: boolean;
  readonly images: ReadonlyMap<string, Image>;
  readonly locks: Locks;
}

export interface Job {
  readonly component: string;
  /** Throws an UpstreamError or EngineError if upstream does not answer. */
  readonly run: () => Promise<Findings>;
}

/** The jobs in the order of the output. */
export function listJobs(context: Context): Job[] {
  const { root, sites, locks } = context;
  return [
    lockJob(context, 'debian', locks.debian, (lock) => resolveBase(lock, sites)),
    lockJob(context, 'cpython', locks.cpython, (lock) => resolveCpythonLock(context, lock)),
    ...libraryJobs(context),
    ...sourcePackageJobs(context),
    { component: 'tools', run: () => resolveTools(root, sites.compileTools) },
    {
      component: 'development branches',
      run: async () => ({ news: await findBranchNews(locks, sites.findCommit), changes: {} }),
    },
  ];
}

/** A job for a component with a lock file, which is the file that changes. */
function lockJob<L>({ root }: Context, component: string, held: L, resolve: (lock: L) => Promise<Resolved<L>>): Job {
  const file = lockFile(component);
  const run = async (): Promise<Findings> => {
    const { lock, news } = await resolve(held);
    const isSame = JSON.stringify(lock) === JSON.stringify(held);
    return { news, changes: isSame ? {} : { [file]: await formatLock(root, file, lock) } };
  };
  return { component, run };
}

function resolveCpythonLock(
  { images, sites, preRelease }: Context,
  lock: Locks['cpython'],
): Promise<Resolved<Locks['cpython']>> {
  const series = tagsFor(images, 'cpython').map((tag) => seriesOf(parsePythonTag(tag).version));
  return resolveCpython(lock, [...new Set(series)], { preRelease, site: sites.pythonOrg });
}

function libraryJobs(context: Context): Job[] {
  const { numpy, scipy, packages } = context.locks;
  const locks: Readonly<Record<string, PackageLock | Locks['numpy' | 'scipy']>> = { numpy, scipy, ...packages };
  return Object.entries(locks).map(([library, held]) =>
    lockJob(context, library, held, async (lock) => {
      const { lock: releases, news } = await resolveLibrary({
        library,
        releases: lock.releases,
        tags: tagsFor(context.images, library),
        repository: 'repository' in lock ? lock.repository : undefined,
        preRelease: context.preRelease,
        gitHub: context.sites.gitHub,
        index: await context.sites.findPackageIndex(),
      });
      return { lock: { ...lock, releases }, news };
    }),
  );
}

interface DebianLock {
  readonly component: string;
  readonly releases: readonly DebianSource[];
}

function sourcePackageJobs(context: Context): Job[] {
  const { locks, sites } = context;
  const { suite } = locks.debian;
  // All of them are in the same two indices, of 10 MB.
  let asked: ReturnType<typeof fetchSuites> | undefined;
  const jobsFor = (names: readonly DebianComponent[], resolve: typeof resolvePatchedPackage): Job[] =>
    names.map((name) =>
      lockJob<DebianLock>(context, name, locks[name], async (lock) => {
        const suites = await (asked ??= sites.findDebian().then((site) => fetchSuites(suite, site)));
        const { lock: releases, news } = await resolve(name, lock.releases, suites);
        return { lock: { ...lock, releases }, news };
      }),
    );
  return [...jobsFor(archivesOfDebian, resolveSourcePackage), ...jobsFor(packagesOfDebian, resolvePatchedPackage)];
}

/** The Python tags that images made from a component keep fresh, without development branches. */
function tagsFor(images: ReadonlyMap<string, Image>, component: string): string[] {
  const users = [...images.values()].filter(({ name }) =>
    neededFor(images, name).some(({ components }) => components.includes(component)),
  );
  const tags = new Set(users.flatMap(({ tracks }) => tracks));
  return [...tags].filter((tag) => !parsePythonTag(tag).dev).toSorted();
}
