/**
 * Decides which release a request means. This is the only place, for requests and for plans. Pure. A release that the locks
 * lack becomes a lookup, which `libs/resolution` answers. A plan by the locks alone asks nothing.
 */
import {
  formatPythonTag,
  isSeries,
  parsePythonTag,
  type PythonTag,
  type Release,
  seriesOf,
  type Source,
  UsageError,
} from '@pysan/model';
import {
  type Library,
  libraryGit,
  libraryReleases,
  type LibraryRelease,
  listVersions,
  type Locks,
  requireSupport,
  selectCpython,
  selectLibrary,
  supports,
  toSemver,
} from '@pysan/versions';

export interface BuildRequest {
  /** A Python tag: `3.14.3t`, `3.14t`, `3.16t-dev`. */
  readonly python?: string;
  /** Folder of a source tree or, with a development branch, a full commit. */
  readonly cpython?: string;
  /** Release, branch, full commit, or folder of a source tree. */
  readonly numpy?: string;
  /** As for numpy. */
  readonly scipy?: string;
  readonly locked: boolean;
}

/** The components that a workflow takes as inputs, so that upstream's newest is built before the lock has it. */
export const runningAhead = ['cpython', 'numpy', 'scipy'] as const;
export type RunningAhead = (typeof runningAhead)[number];

/** The components among them that the image contains and whose release the request leaves open. Throws a UsageError for a malformed Python tag. */
export function openComponents(request: BuildRequest, needed: ReadonlySet<string>): readonly RunningAhead[] {
  const python = request.python === undefined ? undefined : parsePythonTag(request.python);
  // Branches of CPython and of libraries have commits, but no newest release.
  const isOpen = (component: RunningAhead): boolean =>
    component === 'cpython' ? python === undefined || isSeries(python) : requestedOf(request, component) === undefined;
  return python?.dev === true ? [] : runningAhead.filter((component) => needed.has(component) && isOpen(component));
}

/** A question for upstream. `absent` is the message for the user if it does not exist. */
export type Lookup =
  | { readonly find: 'release'; readonly component: string; readonly version: string; readonly absent: string }
  | {
      readonly find: 'commit';
      readonly component: string;
      /** The version of the release that the commit becomes. For a library it is the commit itself. */
      readonly version: string | undefined;
      readonly repository: string;
      readonly branch: string;
      readonly absent: string;
    }
  | { readonly find: 'tree'; readonly component: string; readonly folder: string };

export type Choice = { readonly release: Release } | { readonly lookup: Lookup };

/** The CPython of a request at a Python tag. The tag of a user's own tree comes from tagOfTree. Throws a UsageError for unknown or unsuitable ones. */
export function chooseCpython(tag: PythonTag, { cpython, locked }: BuildRequest, locks: Locks): Choice {
  if (cpython !== undefined && !(tag.dev && isCommit(cpython))) {
    throw new UsageError(
      `--cpython ${cpython}: expected the folder of a source tree (starting with . or /) or, with a development branch as --python, a full commit.`,
    );
  }
  return tag.dev ? chooseBranch(tag, cpython, locked, locks) : chooseRelease(tag, locked, locks);
}

function chooseBranch(tag: PythonTag, commit: string | undefined, locked: boolean, { cpython }: Locks): Choice {
  const python = formatPythonTag(tag);
  const { channels, repository } = cpython;
  refuseUnlocked(locked, python);
  const branch = channels.find((channel) => channel.tag === python)?.branch;
  if (branch === undefined) {
    const known = channels.map((channel) => channel.tag).join(', ') || 'none';
    throw new UsageError(`There is no development branch ${python}. Development branches: ${known}.`);
  }
  const absent = `${repository} has no branch "${branch}", which versions/cpython/lock.json names for ${python}.`;
  const lookup = { find: 'commit', component: 'cpython', version: tag.version, repository, branch, absent } as const;
  return commit === undefined ? { lookup } : { release: releaseOfCommit(lookup, commit) };
}

function chooseRelease({ version, ...flavour }: PythonTag, locked: boolean, { cpython }: Locks): Choice {
  const held = selectCpython(cpython.releases, { version, ...flavour });
  const [where, hint] = [locked ? '' : ' or at python.org', listVersions('Locked', cpython.releases)];
  const absent = `There is no CPython ${version} in the lock${where}. ${hint}`;
  return chosen('cpython', held, { find: 'release', component: 'cpython', version, absent }, locked);
}

/** The release of a library that a request means, for a Python. Throws a UsageError for unknown or unsuitable ones. */
export function chooseLibrary(library: Library, request: BuildRequest, python: PythonTag, locks: Locks): Choice {
  const git = libraryGit(library, locks);
  // Development branches of CPython are built with those of libraries.
  const requested = requestedOf(request, library) ?? (python.dev ? git?.branch : undefined);
  if (requested === undefined || toSemver(withoutV(requested)) !== undefined) {
    return chooseLibraryRelease(library, requested, request.locked, python, locks);
  }
  refuseUnlocked(request.locked, `${library} ${requested}`);
  if (isPath(requested)) {
    return { lookup: { find: 'tree', component: library, folder: requested } };
  }
  if (git === undefined) {
    throw new UsageError(describeUnknown(library, requested));
  }
  const absent = `${describeUnknown(library, requested)}, nor a branch of ${git.repository}.`;
  const { repository } = git;
  const lookup = {
    find: 'commit',
    component: library,
    version: undefined,
    repository,
    branch: requested,
    absent,
  } as const;
  return isCommit(requested) ? { release: releaseOfCommit(lookup, requested) } : { lookup };
}

function chooseLibraryRelease(
  library: Library,
  requested: string | undefined,
  locked: boolean,
  python: PythonTag,
  locks: Locks,
): Choice {
  const releases = libraryReleases(library, locks);
  const version = requested === undefined ? undefined : withoutV(requested);
  const held = selectLibrary(library, releases, python, version);
  const where = locked ? '' : ' or in the package index';
  const absent = `There is no ${library} ${version} in the lock${where}. ${listVersions('Locked', releases)}`;
  return chosen(library, held, { find: 'release', component: library, version: version ?? '', absent }, locked);
}

function chosen(
  component: string,
  held: Pick<Source, 'version' | 'sha256'> | undefined,
  lookup: Extract<Lookup, { find: 'release' }>,
  locked: boolean,
): Choice {
  if (held !== undefined) {
    return { release: releaseOf(component, held, true) };
  }
  if (locked) {
    throw new UsageError(lookup.absent);
  }
  return { lookup };
}

/** A release with its sha256, from the lock or from upstream. */
export function releaseOf(
  component: string,
  { version, sha256 }: Pick<Source, 'version' | 'sha256'>,
  locked: boolean,
): Release {
  return { component, version, ...(sha256 === undefined ? {} : { sha256 }), locked };
}

/** The release for a commit. */
export function releaseOfCommit(
  { component, version = '', repository }: { component: string; version?: string | undefined; repository: string },
  commit: string,
): Release {
  return { component, version: version === '' ? commit : version, commit, repository, locked: false };
}

/** Throws a UsageError that names suitable releases if a library's release from upstream does not support the Python. */
export function requireFit(library: Library, found: LibraryRelease, python: PythonTag, locks: Locks): void {
  const fitting = libraryReleases(library, locks).filter((release) => supports(release, python));
  requireSupport(library, found, python, listVersions('What fits', fitting));
}

/**
 * The Python tag for a tree with that version: free-threaded unless `python` says otherwise. A version before or after a
 * pre-release (`3.16.0a0`, `3.16.0a2+`) gives the tag of a development branch.
 */
export function tagOfTree(version: string, python: string | undefined): PythonTag {
  const isBranch = /^\d+\.\d+\.\d+(a0|(a|b|rc)\d+\+)$/.test(version);
  const own = isBranch ? seriesOf(version) : version.replace(/\+$/, '');
  if (python === undefined) {
    return { version: own, freeThreaded: true, dev: isBranch };
  }
  const tag = parsePythonTag(python);
  if (![own, seriesOf(own)].includes(tag.version)) {
    throw new UsageError(`The source tree is CPython ${version}, not ${formatPythonTag(tag)}.`);
  }
  return { ...tag, version: tag.dev ? tag.version : own, dev: tag.dev || isBranch };
}

/** True for a path, which starts with `.` or `/`. Anything else names a release, branch or commit. */
export function isPath(text: string): boolean {
  return /^[./]/.test(text);
}

/** With --locked, throws a UsageError for a source that no lock can contain. */
export function refuseUnlocked(locked: boolean, what: string): void {
  if (locked) {
    throw new UsageError(`--locked builds only locked releases, not ${what}.`);
  }
}

/** True for a full commit, which needs no lookup. */
function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);
}

// The other components have no option.
function requestedOf({ numpy, scipy }: BuildRequest, library: Library): string | undefined {
  return { numpy, scipy }[library];
}

function withoutV(version: string): string {
  return version.replace(/^v/, '');
}

/** `"2.4.x" is not a release of numpy (write it as 2.4.6 or v2.4.6)` */
export function describeUnknown(library: string, requested: string): string {
  return `"${requested}" is not a release of ${library} (write it as 2.4.6 or v2.4.6)`;
}
