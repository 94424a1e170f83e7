/**
 * `pysan resolve`: asks all upstreams side by side and says what the locks would become. A component whose upstream
 * cannot tell keeps its lock as it is; the others go on.
 */
import { chainOf, type Image, isExpected, parsePythonTag, seriesOf } from '@pysan/model';
import { fetchSources, type Index } from '@pysan/sources';
import type { Locks, News, Resolved } from '@pysan/versions';
import { formatLock, lockFile, readImages, readLocks } from '@pysan/workspace';

import { findBranchNews } from './branches.ts';
import { resolveCpython } from './cpython.ts';
import { resolveBase, resolveSourcePackage } from './debian.ts';
import { resolveLibrary } from './library.ts';
import type { Sites } from './sites.ts';
import { resolveTools } from './tools.ts';

/** Path in the repository → the new text of a file that is to change. */
export type Changes = Readonly<Record<string, string>>;

export interface Failure {
  readonly component: string;
  readonly message: string;
}

export interface Resolution {
  readonly news: readonly News[];
  readonly failures: readonly Failure[];
  readonly changes: Changes;
}

export interface Request {
  /** Of the repository. */
  readonly root: string;
  readonly sites: Sites;
  readonly preRelease: boolean;
}

type Part = Pick<Resolution, 'news' | 'changes'>;

interface Job {
  readonly component: string;
  readonly run: () => Promise<Part>;
}

/** Everything that upstreams have for the locks; writes nothing. Throws a ConfigError for a malformed lock. */
export async function resolveLocks(request: Request): Promise<Resolution> {
  const [images, locks] = await Promise.all([readImages(request.root), readLocks(request.root)]);
  const jobs = listJobs(request, images, locks);
  const outcomes = await Promise.all(jobs.map(settle));
  return {
    news: outcomes.flatMap(({ news }) => news),
    failures: outcomes.flatMap(({ failures }) => failures),
    changes: Object.assign({}, ...outcomes.map(({ changes }) => changes)) as Changes,
  };
}

async function settle({ component, run }: Job): Promise<Resolution> {
  try {
    return { ...(await run()), failures: [] };
  } catch (error) {
    if (!isExpected(error)) {
      throw error;
    }
    return { news: [], changes: {}, failures: [{ component, message: error.message }] };
  }
}

function listJobs({ root, sites, preRelease }: Request, images: ReadonlyMap<string, Image>, locks: Locks): Job[] {
  const { pythonOrg } = sites;
  const series = [...new Set(tagsFor(images, 'cpython').map(seriesOfTag))];
  // One index for both of Debian's source packages.
  let index: Promise<Index> | undefined;
  const findIndex = (): Promise<Index> => (index ??= fetchSources(locks.debian.suite, sites.debian));

  return [
    lockJob('debian', locks.debian, (lock) => resolveBase(lock, sites)),
    lockJob('cpython', locks.cpython, (lock) => resolveCpython(lock, series, { preRelease, site: pythonOrg })),
    ...Object.entries({ numpy: locks.numpy, scipy: locks.scipy, ...locks.packages }).map(([library, held]) =>
      lockJob(library, held, (lock) => resolveLibraryLock(library, lock)),
    ),
    ...(['openblas', 'lapack'] as const).map((name) =>
      lockJob(name, locks[name], async (lock) => {
        const { lock: releases, news } = await resolveSourcePackage(name, lock.releases, {
          index: await findIndex(),
          site: sites.debian,
        });
        return { lock: { ...lock, releases }, news };
      }),
    ),
    { component: 'tools', run: () => resolveTools(root, sites.compileTools) },
    {
      component: 'development branches',
      run: async () => ({ news: await findBranchNews(locks, sites.findCommit), changes: {} }),
    },
  ];

  /** A component with a lock file: the change is a new text of that. */
  function lockJob<L>(component: string, held: L, resolve: (lock: L) => Promise<Resolved<L>>): Job {
    const file = lockFile(component);
    return {
      component,
      run: async () => {
        const { lock, news } = await resolve(held);
        const isSame = JSON.stringify(lock) === JSON.stringify(held);
        return { news, changes: isSame ? {} : { [file]: await formatLock(root, file, lock) } };
      },
    };
  }

  async function resolveLibraryLock<L extends Locks['packages'][string]>(
    library: string,
    lock: L,
  ): Promise<Resolved<L>> {
    const repository = 'repository' in lock ? String(lock.repository) : undefined;
    const { lock: releases, news } = await resolveLibrary({
      library,
      releases: lock.releases,
      tags: tagsFor(images, library),
      repository,
      preRelease,
      gitHub: sites.gitHub,
      index: await sites.findPackageIndex(),
    });
    return { lock: { ...lock, releases }, news };
  }
}

/** The Python tags that images with a component in their chain keep fresh, without development branches. */
function tagsFor(images: ReadonlyMap<string, Image>, component: string): string[] {
  const users = [...images.values()].filter(({ name }) =>
    chainOf(images, name).some(({ components }) => components.includes(component)),
  );
  const tags = new Set(users.flatMap(({ tracks }) => tracks));
  return [...tags].filter((tag) => !parsePythonTag(tag).dev).toSorted();
}

function seriesOfTag(tag: string): string {
  return seriesOf(parsePythonTag(tag).version);
}
