/** The Python that is built when nobody names one. Pure. */
import type { PythonTag } from '@pysan/model';

import type { CpythonRelease, LibraryRelease } from './lock.ts';
import { compareVersions, isStable } from './pep440.ts';
import { describePassedOver, type PassedOver } from './search.ts';
import { supports } from './select.ts';

/** A choice that was made, kept for a day so that not every command asks upstream. */
export interface DefaultPython {
  readonly version: string;
  readonly reason: string;
}

/** Stable locked releases that numpy supports free-threaded, the newest first. */
export function defaultCandidates(
  cpython: readonly CpythonRelease[],
  numpy: readonly LibraryRelease[],
): readonly CpythonRelease[] {
  const fitting = cpython.filter(({ version }) => {
    const tag: PythonTag = { version, freeThreaded: true, dev: false };
    return isStable(version) && numpy.some((release) => supports(release, tag));
  });
  return fitting.toSorted((left, right) => compareVersions(right.version, left.version));
}

/**
 * The default that stands in the Dockerfiles, for plain docker: the newest candidate whose source Debian's `suite` has,
 * which every machine can get, else the newest of all. What `./pysan build` takes depends on the machine.
 */
export function writtenDefault(candidates: readonly CpythonRelease[], suite: string): CpythonRelease | undefined {
  return candidates.find(({ debian }) => debian?.suite === suite) ?? candidates[0];
}

/** The line that says which Python was taken and why; `passedOver` are newer releases with what is wrong with them. */
export function describeDefault(version: string, passedOver: readonly PassedOver[]): string {
  const newest = 'the newest locked free-threaded release';
  return passedOver.length === 0
    ? `Python ${version}t: ${newest}`
    : `Python ${version}t: ${newest} whose source this machine can get (${describePassedOver(passedOver)})`;
}
