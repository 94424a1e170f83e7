/** Turns a request (`--python 3.13t --numpy 2.4.6`) into releases with their sha256, commits and source trees. */
import {
  chainOf,
  formatPythonTag,
  type Image,
  type PythonTag,
  type Release,
  seriesTag,
  UsageError,
} from '@pysan/model';
import type { Resolution } from '@pysan/planning';
import { type Library, type Locks, newest } from '@pysan/versions';
import type { SourceTree } from '@pysan/workspace';

import { resolveCpython } from './resolve-cpython.ts';
import { resolveLibrary } from './resolve-library.ts';

export interface BuildRequest {
  readonly python?: string;
  /** Folder of a source tree or, beside a development branch, a full commit. */
  readonly cpython?: string;
  /** Release, branch, full commit, or folder of a source tree. */
  readonly numpy?: string;
  /** As for numpy. */
  readonly scipy?: string;
  readonly locked: boolean;
}

/** Where one component comes from. */
export interface ResolvedSource {
  readonly release: Release;
  /** Present where it is a source tree of the user's own. */
  readonly tree?: SourceTree;
}

export interface Resolved extends Omit<Resolution, 'baseIdentity'> {
  /** The source trees of the user's own, by component. */
  readonly trees: Readonly<Record<string, SourceTree>>;
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
  const { cpython, python, reason } = await resolveCpython(request, locks);
  const debian: Release = { component: 'debian', version: locks.debian.llvm, locked: true };
  const fixed = fromDebian.filter((component) => needed.has(component)).map((component) => newestOf(component, locks));
  const wanted = libraryNames(locks).filter((library) => needed.has(library));
  const built = await Promise.all(wanted.map((library) => resolveLibrary(library, request, python, locks)));
  const sources = [cpython, ...built];
  return {
    platform,
    python,
    releases: [debian, cpython.release, ...fixed, ...built.map(({ release }) => release)],
    requirements: requirementsFor(locks, python),
    trees: Object.fromEntries(sources.flatMap(({ release, tree }) => (tree ? [[release.component, tree]] : []))),
    ...(reason === undefined ? {} : { defaultReason: reason }),
  };
}

function libraryNames({ packages }: Locks): Library[] {
  return ['numpy', 'scipy', ...Object.keys(packages)];
}

const fromDebian = ['openblas', 'lapack'] as const;

function newestOf(component: (typeof fromDebian)[number], locks: Locks): Release {
  const { version, sha256 } = newest(locks[component].releases) ?? fail(component);
  return { component, version, sha256, locked: true };
}

function fail(component: string): never {
  throw new UsageError(`versions/${component}/lock.json holds no release.`);
}

/** The requirements file of each set of Python tools, for a Python tag. */
export function requirementsFor({ tools }: Locks, python: PythonTag): Record<string, string> {
  const series = formatPythonTag(seriesTag(python));
  const names = python.dev ? [formatPythonTag(python), 'dev'] : [series];
  return Object.fromEntries(
    Object.entries(tools.requirements).map(([set, files]) => {
      const file = names.map((name) => files[name]).find((it) => it !== undefined);
      return [set, file ?? files.default];
    }),
  );
}
