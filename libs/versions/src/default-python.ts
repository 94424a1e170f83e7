/** The Python that is built if the request names none. Pure. */
import { formatPythonTag, parsePythonTag, type PythonTag, seriesOf } from '@pysan/model';

import type { CpythonRelease, LibraryRelease } from './lock.ts';
import { compareVersions, isStable } from './pep440.ts';
import { supports } from './select.ts';

export interface DefaultPython {
  readonly tag: PythonTag;
  /** The line for people: which Python was taken and why, and what is newer. */
  readonly reason: string;
}

export interface DefaultQuestion {
  readonly image: string;
  /** The Python tags at which the repository records that image as proven: `3.13.5t`. */
  readonly proven: readonly string[];
  /** As of defaultCandidates. */
  readonly candidates: readonly CpythonRelease[];
  /** Debian's suite of the base. */
  readonly suite: string;
}

/** Stable locked releases that each of the libraries supports free-threaded, the newest first. */
export function defaultCandidates(
  cpython: readonly CpythonRelease[],
  libraries: readonly (readonly LibraryRelease[])[],
): readonly CpythonRelease[] {
  const fitting = cpython.filter(({ version }) => {
    const tag: PythonTag = { version, freeThreaded: true, dev: false };
    return isStable(version) && libraries.every((releases) => releases.some((release) => supports(release, tag)));
  });
  return fitting.toSorted((left, right) => compareVersions(right.version, left.version));
}

/**
 * The newest locked release that is recorded as proven for an image, free-threaded where one is; without a record the one
 * that stands in the Dockerfiles. Undefined when no candidate is locked.
 */
export function defaultPython({ image, proven, candidates, suite }: DefaultQuestion): DefaultPython | undefined {
  const recorded = newestProven(proven, candidates);
  const written = writtenDefault(candidates, suite)?.version;
  const tag = recorded ?? (written === undefined ? undefined : { version: written, freeThreaded: true, dev: false });
  if (tag === undefined) {
    return undefined;
  }
  const why =
    recorded === undefined
      ? `the default of the Dockerfiles; no Python is recorded as proven for ${image}`
      : `the newest that is recorded as proven for ${image}`;
  return { tag, reason: `Python ${formatPythonTag(tag)}: ${why}${describeNewer(tag, candidates)}` };
}

function newestProven(proven: readonly string[], candidates: readonly CpythonRelease[]): PythonTag | undefined {
  const tags = proven.flatMap((text) => (text === '' ? [] : [parsePythonTag(text)]));
  const locked = tags.filter(({ version, dev }) => !dev && candidates.some((it) => it.version === version));
  return locked.toSorted(
    (left, right) =>
      Number(right.freeThreaded) - Number(left.freeThreaded) || compareVersions(right.version, left.version),
  )[0];
}

/** `; newer: --python 3.15t, --python 3.14t`, or nothing. */
function describeNewer({ version, freeThreaded }: PythonTag, candidates: readonly CpythonRelease[]): string {
  const newer = candidates.filter((it) => compareVersions(it.version, version) > 0);
  const series = [...new Set(newer.map((it) => seriesOf(it.version)))];
  const offers = series.map((it) => `--python ${it}${freeThreaded ? 't' : ''}`);
  return offers.length === 0 ? '' : `; newer: ${offers.join(', ')}`;
}

/**
 * The default that stands in the Dockerfiles, for plain docker: the newest candidate whose source Debian's `suite` has,
 * which every machine can get, else the newest of all.
 */
export function writtenDefault(candidates: readonly CpythonRelease[], suite: string): CpythonRelease | undefined {
  return candidates.find(({ debian }) => debian?.suite === suite) ?? candidates[0];
}
