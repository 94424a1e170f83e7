/**
 * What a Python tag comes down to by the locks, and by the commits that are known. Pure: what goes by neither asks
 * upstream.
 */
import { formatPythonTag, type PythonTag, type Release, UsageError } from '@pysan/model';
import {
  type Library,
  libraryGit,
  libraryNames,
  libraryReleases,
  listVersions,
  type Locks,
  selectCpython,
  selectLibrary,
} from '@pysan/versions';

import type { Resolution } from './plan-build.ts';
import { composeResolution } from './resolution.ts';

/** The commit that a branch is at, by repository and branch with a blank between them. */
export type Commits = ReadonlyMap<string, string>;

/** Nobody said which commit a branch is at, so what would be built of it cannot be told. */
export class CommitUnknown extends Error {}

/**
 * The newest locked releases for a Python tag, or the known commits for that of a development branch; without a tag
 * what an image below the first Python is made of. UsageError when nothing locked fits; CommitUnknown.
 */
export function resolveLocked(
  needed: ReadonlySet<string>,
  tag: PythonTag | undefined,
  locks: Locks,
  commits: Commits,
): Omit<Resolution, 'baseIdentity'> {
  if (tag === undefined) {
    return composeResolution({ needed, python: noPython, cpython: undefined, libraries: [] }, locks);
  }
  const cpython = tag.dev ? branchCpython(tag, locks, commits) : releaseCpython(tag, locks);
  const python = { ...tag, version: cpython.version };
  const libraries = libraryNames(locks)
    .filter((library) => needed.has(library))
    .map((library) => findLibrary(library, python, locks, commits));
  return composeResolution({ needed, python, cpython, libraries }, locks);
}

/** Goes into nothing: an image below the first Python is the same for all of them. */
const noPython: PythonTag = { version: '3', freeThreaded: false, dev: false };

function releaseCpython(tag: PythonTag, { cpython }: Locks): Release {
  const found = selectCpython(cpython.releases, tag);
  if (found === undefined) {
    throw new UsageError(`CPython ${tag.version} is not locked. ${listVersions('Locked', cpython.releases)}`);
  }
  return { component: 'cpython', version: found.version, sha256: found.sha256, locked: true };
}

function branchCpython(tag: PythonTag, { cpython }: Locks, commits: Commits): Release {
  const { repository, channels } = cpython;
  const text = formatPythonTag(tag);
  const channel = channels.find((it) => it.tag === text);
  if (channel === undefined) {
    throw new UsageError(`versions/cpython/lock.json has no development branch ${text}.`);
  }
  const commit = commitOf(repository, channel.branch, commits);
  return { component: 'cpython', version: tag.version, commit, repository, locked: false };
}

// The development branches of libraries go with those of CPython.
function findLibrary(library: Library, python: PythonTag, locks: Locks, commits: Commits): Release {
  const git = python.dev ? libraryGit(library, locks) : undefined;
  if (git !== undefined) {
    const commit = commitOf(git.repository, git.branch, commits);
    return { component: library, version: commit, commit, repository: git.repository, locked: false };
  }
  const found = selectLibrary(library, libraryReleases(library, locks), python, undefined);
  if (found === undefined) {
    throw new UsageError(`No release of ${library} is locked.`);
  }
  return { component: library, version: found.version, sha256: found.sha256, locked: true };
}

function commitOf(repository: string, branch: string, commits: Commits): string {
  const commit = commits.get(`${repository} ${branch}`);
  if (commit === undefined) {
    throw new CommitUnknown(`no git host was asked which commit ${branch} of ${repository} is at`);
  }
  return commit;
}
