/** Which numpy or scipy a request means: a locked or published release, a commit, or a tree of the user's own. */
import { type PythonTag, type Release, UpstreamError, UsageError } from '@pysan/model';
import { findIndex, findLibraryRelease } from '@pysan/sources';
import {
  type Git,
  type Library,
  libraryGit,
  libraryReleases,
  type LibraryRelease,
  listVersions,
  type Locks,
  requireSupport,
  selectLibrary,
  supports,
  toSemver,
} from '@pysan/versions';

import { findCommitOnce, isCommit } from './branch-commit.ts';
import { isPath, readOwnTree, refuseUnlocked } from './own-tree.ts';
import type { BuildRequest, ResolvedSource } from './request.ts';

/** Resolves one library of a request. UsageError for what does not exist or does not fit the Python. */
export async function resolveLibrary(
  library: Library,
  request: BuildRequest,
  python: PythonTag,
  locks: Locks,
): Promise<ResolvedSource> {
  const git = libraryGit(library, locks);
  // The development branches of libraries go with those of CPython.
  const requested = requestedOf(request, library) ?? (python.dev ? git?.branch : undefined);
  if (requested !== undefined && toSemver(withoutV(requested)) === undefined) {
    refuseUnlocked(request.locked, `${library} ${requested}`);
    return isPath(requested)
      ? resolveTree(library, requested)
      : { release: await resolveCommit(library, requested, git) };
  }
  return { release: await resolveRelease(library, request.locked, python, libraryReleases(library, locks), requested) };
}

// The others have no option of their own.
function requestedOf({ numpy, scipy }: BuildRequest, library: Library): string | undefined {
  return { numpy, scipy }[library];
}

function withoutV(version: string): string {
  return version.replace(/^v/, '');
}

async function resolveTree(library: Library, folder: string): Promise<ResolvedSource> {
  const tree = await readOwnTree(library, folder);
  return { release: { component: library, version: 'local', tree: tree.hash, locked: false }, tree };
}

async function resolveCommit(library: Library, requested: string, git: Git | undefined): Promise<Release> {
  const commit = git === undefined ? undefined : await findCommit(library, requested, git);
  if (commit === undefined || git === undefined) {
    throw new UsageError(describeUnknown(library, requested, `nor a branch of ${git?.repository}`));
  }
  return { component: library, version: commit, commit, repository: git.repository, locked: false };
}

async function findCommit(library: Library, requested: string, { repository }: Git): Promise<string | undefined> {
  try {
    return isCommit(requested) ? requested : await findCommitOnce(repository, requested);
  } catch (cause) {
    // Most likely a mistyped release, whatever git would say.
    if (cause instanceof UpstreamError && /^v?\d/.test(requested)) {
      const message = describeUnknown(library, requested, 'nor, as far as can be told, a branch');
      throw new UsageError(`${message} ${cause.message}`, { cause });
    }
    throw cause;
  }
}

function describeUnknown(library: Library, requested: string, branch: string): string {
  return `"${requested}" is neither a release of ${library} (write it as 2.4.6 or v2.4.6) ${branch}.`;
}

async function resolveRelease(
  library: Library,
  locked: boolean,
  python: PythonTag,
  releases: readonly LibraryRelease[],
  requested: string | undefined,
): Promise<Release> {
  const version = requested === undefined ? undefined : withoutV(requested);
  const held = selectLibrary(library, releases, python, version);
  const found = held ?? (locked ? undefined : await findUpstream(library, version ?? '', python, releases));
  if (found === undefined) {
    const where = locked ? 'the lock' : 'the lock or in the package index';
    throw new UsageError(`There is no ${library} ${version} in ${where}. ${listVersions('Locked', releases)}`);
  }
  return { component: library, version: found.version, sha256: found.sha256, locked: held !== undefined };
}

async function findUpstream(
  library: Library,
  version: string,
  python: PythonTag,
  releases: readonly LibraryRelease[],
): Promise<LibraryRelease | undefined> {
  const found = await findLibraryRelease(library, version, await findIndex(process.env));
  if (found !== undefined) {
    const fitting = releases.filter((release) => supports(release, python));
    requireSupport(library, found, python, listVersions('What fits', fitting));
  }
  return found;
}
