/** Turns a request (`--python 3.13t --numpy 2.4.6`) into releases with their sha256, commits and source trees. */
import { type Image, neededFor, parsePythonTag, type PythonTag, type Release, UsageError } from '@pysan/model';
import {
  type BuildRequest,
  chooseCpython,
  chooseLibrary,
  composeResolution,
  isPath,
  noPython,
  refuseUnlocked,
  type Resolution,
  tagOfTree,
} from '@pysan/planning';
import {
  type DefaultPython,
  defaultCandidates,
  defaultPython,
  libraryNames,
  libraryReleases,
  type Locks,
} from '@pysan/versions';
import { readCpythonVersion, type SourceTree } from '@pysan/workspace';

import { answerLookup, readOwnTree } from './look-up.ts';
import { requireApplicable } from './require-applicable.ts';
import type { ResolvedSource, Upstreams } from './upstreams.ts';

/** The facts in the repository. */
export interface Repository {
  readonly images: ReadonlyMap<string, Image>;
  readonly locks: Locks;
  /** The Python tags at which the repository records an image as proven. */
  readonly readProven: (image: string) => Promise<readonly string[]>;
}

export interface ResolvedReleases extends Omit<Resolution, 'baseIdentity'> {
  /** The user's own source trees, by component. */
  readonly trees: Readonly<Record<string, SourceTree>>;
  /** Why this Python was chosen, if the request names none. */
  readonly reason?: string;
}

/**
 * Resolves a request for images of the repository and their parents. Asks each upstream at most once. Throws a UsageError for
 * unknown or unsuitable releases, and an UpstreamError if an upstream does not answer.
 */
export async function resolveRequest(
  repository: Repository,
  names: readonly string[],
  request: BuildRequest,
  upstreams: Upstreams,
): Promise<ResolvedReleases> {
  const { images, locks } = repository;
  const needed = new Set(names.flatMap((name) => neededFor(images, name)).flatMap(({ components }) => components));
  requireApplicable(request, names, needed);
  if (!needed.has('cpython')) {
    return { ...composeResolution({ needed, python: noPython, cpython: undefined, libraries: [] }, locks), trees: {} };
  }
  const { cpython, python, reason } = await resolveCpython(repository, names, request, upstreams);
  const wanted = libraryNames(locks).filter((library) => needed.has(library));
  const built = await Promise.all(
    wanted.map((library) =>
      answerLookup(chooseLibrary(library, request, python, locks), { ...upstreams, python, locks }),
    ),
  );
  const sources = [cpython, ...built];
  return {
    ...composeResolution(
      { needed, python, cpython: cpython.release, libraries: built.map(({ release }) => release) },
      locks,
    ),
    trees: Object.fromEntries(sources.flatMap(({ release, tree }) => (tree ? [[release.component, tree]] : []))),
    ...(reason === undefined ? {} : { reason }),
  };
}

interface ResolvedCpython {
  readonly cpython: ResolvedSource;
  readonly python: PythonTag;
  readonly reason?: string;
}

async function resolveCpython(
  repository: Repository,
  names: readonly string[],
  request: BuildRequest,
  upstreams: Upstreams,
): Promise<ResolvedCpython> {
  const { cpython: origin, locked } = request;
  const { locks } = repository;
  if (origin !== undefined && isPath(origin)) {
    refuseUnlocked(locked, origin);
    return resolveTree(request, origin, upstreams);
  }
  const named = request.python === undefined ? undefined : { tag: parsePythonTag(request.python) };
  const { tag, reason }: Partial<DefaultPython> & Pick<DefaultPython, 'tag'> =
    named ?? (await findDefault(repository, names));
  const cpython = await answerLookup(chooseCpython(tag, request, locks), { ...upstreams, python: tag, locks });
  const python = { ...tag, version: cpython.release.version };
  return { cpython, python, ...(reason === undefined ? {} : { reason }) };
}

async function resolveTree({ python }: BuildRequest, text: string, { folder }: Upstreams): Promise<ResolvedCpython> {
  const tree = await readOwnTree('cpython', folder, text);
  const tag = tagOfTree(await readCpythonVersion(tree.folder), python);
  const release: Release = { component: 'cpython', version: tag.version, tree: tree.hash, locked: false };
  return { cpython: { release, tree }, python: tag };
}

/** If there are several images, the last in the chain determines the proven Python. */
async function findDefault(
  { images, locks, readProven }: Repository,
  names: readonly string[],
): Promise<DefaultPython> {
  const depth = (name: string): number => neededFor(images, name).length;
  const [image = ''] = names.toSorted((left, right) => depth(right) - depth(left));
  const components = neededFor(images, image).flatMap((it) => it.components);
  const libraries = libraryNames(locks).filter((library) => components.includes(library));
  const found = defaultPython({
    image,
    proven: await readProven(image),
    candidates: defaultCandidates(
      locks.cpython.releases,
      libraries.map((library) => libraryReleases(library, locks)),
    ),
    suite: locks.debian.suite,
  });
  if (found === undefined) {
    throw new UsageError(`No locked release of CPython fits ${image}. Name one: --python 3.14t`);
  }
  return found;
}
