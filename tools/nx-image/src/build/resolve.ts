/** Turns a request (`--python 3.13t --numpy 2.4.6`) into releases with their sha256. */
import {
  chainOf,
  formatPythonTag,
  type Image,
  parsePythonTag,
  type PythonTag,
  type Release,
  seriesTag,
  UsageError,
} from '@pysan/model';
import type { Resolution } from '@pysan/planning';
import { findCpythonRelease, findIndexUrl, findNumpyRelease } from '@pysan/sources';
import { listVersions, type Locks, requireSupport, selectCpython, selectNumpy, toSemver } from '@pysan/versions';

import { findDefaultPython } from './default-python.ts';

export interface BuildRequest {
  readonly python?: string;
  readonly numpy?: string;
  readonly locked: boolean;
}

export interface Resolved extends Omit<Resolution, 'baseIdentity'> {
  /** Why this Python, when nobody named one. */
  readonly defaultReason?: string;
}

/** The platform of all images so far, as Docker writes it. */
const platform = 'linux/amd64';

/** Resolves a request for an image of the workspace. UsageError for what does not exist or fit. */
export async function resolveRequest(
  images: ReadonlyMap<string, Image>,
  name: string,
  request: BuildRequest,
  locks: Locks,
): Promise<Resolved> {
  const needed = new Set(chainOf(images, name).flatMap(({ components }) => components));
  const { cpython, freeThreaded, reason } = await resolvePython(request, locks);
  const python = { version: cpython.version, freeThreaded };
  const numpy = needed.has('numpy') ? [await resolveNumpy(request, python, locks)] : [];
  const debian: Release = { component: 'debian', version: locks.debian.llvm, locked: true };
  return {
    platform,
    python,
    releases: [debian, cpython, ...numpy],
    requirements: requirementsFor(locks, python),
    ...(reason === undefined ? {} : { defaultReason: reason }),
  };
}

interface ResolvedPython {
  readonly cpython: Release;
  readonly freeThreaded: boolean;
  readonly reason?: string;
}

async function resolvePython({ python, locked }: BuildRequest, locks: Locks): Promise<ResolvedPython> {
  if (python === undefined) {
    const { version, reason } = await findDefaultPython(locks);
    return {
      cpython: await resolveCpython({ version, freeThreaded: true }, locked, locks),
      freeThreaded: true,
      reason,
    };
  }
  const tag = parsePythonTag(python);
  return { cpython: await resolveCpython(tag, locked, locks), freeThreaded: tag.freeThreaded };
}

async function resolveCpython(tag: PythonTag, locked: boolean, locks: Locks): Promise<Release> {
  const held = selectCpython(locks.cpython.releases, tag);
  const found = held ?? (locked ? undefined : await findCpythonRelease(tag.version));
  if (found === undefined) {
    const where = locked ? 'the lock' : 'the lock or at python.org';
    throw new UsageError(
      `There is no CPython ${tag.version} in ${where}. ${listVersions('Locked', locks.cpython.releases)}`,
    );
  }
  return { component: 'cpython', version: found.version, sha256: found.sha256, locked: held !== undefined };
}

async function resolveNumpy({ numpy, locked }: BuildRequest, python: PythonTag, locks: Locks): Promise<Release> {
  const requested = numpy?.replace(/^v/, '');
  if (requested !== undefined && toSemver(requested) === undefined) {
    throw new UsageError(`"${requested}" is not a release of numpy. Write it as 2.4.6 or v2.4.6.`);
  }
  const held = selectNumpy(locks.numpy.releases, python, requested);
  const found = held ?? (locked ? undefined : await findUpstream(requested ?? '', python));
  if (found === undefined) {
    const where = locked ? 'the lock' : 'the lock or in the package index';
    throw new UsageError(`There is no numpy ${requested} in ${where}. ${listVersions('Locked', locks.numpy.releases)}`);
  }
  return { component: 'numpy', version: found.version, sha256: found.sha256, locked: held !== undefined };
}

async function findUpstream(version: string, python: PythonTag): ReturnType<typeof findNumpyRelease> {
  const found = await findNumpyRelease(version, await findIndexUrl(process.env));
  if (found !== undefined) {
    requireSupport(found, python, 'Without --numpy, the newest locked release that fits is built.');
  }
  return found;
}

function requirementsFor({ tools }: Locks, python: PythonTag): Record<string, string> {
  const series = formatPythonTag(seriesTag(python));
  return Object.fromEntries(
    Object.entries(tools.requirements).map(([set, files]) => [set, files[series] ?? files.default]),
  );
}
