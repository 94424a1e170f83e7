/**
 * Resolves a Python tag by the locks and by known commits alone. Pure: it asks no upstream.
 */
import { formatPythonTag, type PythonTag, type Release, UsageError } from '@pysan/model';
import { libraryNames, type Locks } from '@pysan/versions';

import { type Choice, chooseCpython, chooseLibrary, releaseOfCommit } from './choose.ts';
import type { Resolution } from './plan-build.ts';
import { composeResolution } from './resolution.ts';

/** The commit of a branch. The key is repository and branch, separated by a space. */
export type Commits = ReadonlyMap<string, string>;

/** The commit of a branch is not known, so its build cannot be named. */
export class CommitUnknown extends Error {}

/**
 * The newest locked releases for a Python tag, or the known commits for a development branch; without a tag, the inputs of an
 * image without a Python. Throws a UsageError if no locked release fits, and CommitUnknown.
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
  const request = { python: formatPythonTag(tag), locked: !tag.dev };
  const cpython = settle(chooseCpython(tag, request, locks), commits);
  const python = { ...tag, version: cpython.version };
  const libraries = libraryNames(locks)
    .filter((library) => needed.has(library))
    .map((library) => settle(chooseLibrary(library, request, python, locks), commits));
  return composeResolution({ needed, python, cpython, libraries }, locks);
}

/** Any Python will do: an image without a Python is the same for all of them. */
export const noPython: PythonTag = { version: '3', freeThreaded: false, dev: false };

function settle(choice: Choice, commits: Commits): Release {
  if ('release' in choice) {
    return choice.release;
  }
  const { lookup } = choice;
  if (lookup.find !== 'commit') {
    throw new UsageError(`${lookup.component} is not locked.`);
  }
  const { repository, branch } = lookup;
  const commit = commits.get(`${repository} ${branch}`);
  if (commit === undefined) {
    throw new CommitUnknown(`the commit of ${branch} in ${repository} is not known: a plan does not ask git hosts`);
  }
  return releaseOfCommit(lookup, commit);
}
