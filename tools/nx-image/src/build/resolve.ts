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
import { findCpythonRelease, findIndexUrl, findLibraryRelease } from '@pysan/sources';
import {
  type Library,
  listVersions,
  type Locks,
  newest,
  type PackageLock,
  requireSupport,
  selectCpython,
  selectLibrary,
  toSemver,
} from '@pysan/versions';

import { findDefaultPython } from './default-python.ts';

export interface BuildRequest {
  readonly python?: string;
  readonly numpy?: string;
  readonly scipy?: string;
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
  const python = { version: cpython.version, freeThreaded, dev: false };
  const debian: Release = { component: 'debian', version: locks.debian.llvm, locked: true };
  const fixed = fromDebian.filter((component) => needed.has(component)).map((component) => newestOf(component, locks));
  const wanted = Object.keys(librariesOf(locks)).filter((library) => needed.has(library));
  const built = await Promise.all(wanted.map((library) => resolveLibrary(library, request, python, locks)));
  return {
    platform,
    python,
    releases: [debian, cpython, ...fixed, ...built],
    requirements: requirementsFor(locks, python),
    ...(reason === undefined ? {} : { defaultReason: reason }),
  };
}

function librariesOf({ numpy, scipy, packages }: Locks): Readonly<Record<Library, PackageLock>> {
  return { numpy, scipy, ...packages };
}

const fromDebian = ['openblas', 'lapack'] as const;

function newestOf(component: (typeof fromDebian)[number], locks: Locks): Release {
  const { version, sha256 } = newest(locks[component].releases) ?? fail(component);
  return { component, version, sha256, locked: true };
}

function fail(component: string): never {
  throw new UsageError(`versions/${component}/lock.json holds no release.`);
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
      cpython: await resolveCpython({ version, freeThreaded: true, dev: false }, locked, locks),
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

async function resolveLibrary(
  library: Library,
  request: BuildRequest,
  python: PythonTag,
  locks: Locks,
): Promise<Release> {
  const { locked } = request;
  const releases = librariesOf(locks)[library]?.releases ?? [];
  const requested = requestedOf(request, library)?.replace(/^v/, '');
  if (requested !== undefined && toSemver(requested) === undefined) {
    throw new UsageError(`"${requested}" is not a release of ${library}. Write it as 2.4.6 or v2.4.6.`);
  }
  const held = selectLibrary(library, releases, python, requested);
  const found = held ?? (locked ? undefined : await findUpstream(library, requested ?? '', python));
  if (found === undefined) {
    const where = locked ? 'the lock' : 'the lock or in the package index';
    throw new UsageError(`There is no ${library} ${requested} in ${where}. ${listVersions('Locked', releases)}`);
  }
  return { component: library, version: found.version, sha256: found.sha256, locked: held !== undefined };
}

// The others have no option of their own.
function requestedOf({ numpy, scipy }: BuildRequest, library: Library): string | undefined {
  return { numpy, scipy }[library];
}

async function findUpstream(
  library: Library,
  version: string,
  python: PythonTag,
): ReturnType<typeof findLibraryRelease> {
  const found = await findLibraryRelease(library, version, { origin: await findIndexUrl(process.env) });
  if (found !== undefined) {
    requireSupport(library, found, python, `Without --${library}, the newest locked release that fits is built.`);
  }
  return found;
}

/** The requirements file of each set of Python tools for a Python tag. */
export function requirementsFor({ tools }: Locks, python: PythonTag): Record<string, string> {
  const series = formatPythonTag(seriesTag(python));
  return Object.fromEntries(
    Object.entries(tools.requirements).map(([set, files]) => [set, files[series] ?? files.default]),
  );
}
