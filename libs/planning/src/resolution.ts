/** Composes the resolution of a whole chain from the results for each component. Pure. */
import { formatPythonTag, type PythonTag, type Release, seriesTag, UsageError } from '@pysan/model';
import { archivesOfDebian, type Locks, newest, packagesOfDebian } from '@pysan/versions';

import type { Resolution } from './plan-build.ts';

/** The platform of all images so far, in Docker's notation. */
const platform = 'linux/amd64';

const fromDebian = [...archivesOfDebian, ...packagesOfDebian];

export interface Parts {
  /** The components of the chain. */
  readonly needed: ReadonlySet<string>;
  readonly python: PythonTag;
  /** Undefined for a chain without a Python. */
  readonly cpython: Release | undefined;
  readonly libraries: readonly Release[];
}

/** The resolution: the results, and the releases that only the locks decide. */
export function composeResolution(parts: Parts, locks: Locks): Omit<Resolution, 'baseIdentity'> {
  const { needed, python, cpython, libraries } = parts;
  const debian: Release = { component: 'debian', version: locks.debian.llvm, locked: true };
  const fixed = fromDebian.filter((component) => needed.has(component)).map((component) => newestOf(component, locks));
  return {
    platform,
    python,
    releases: [debian, ...(cpython === undefined ? [] : [cpython]), ...fixed, ...libraries],
    requirements: requirementsFor(locks, python),
  };
}

function newestOf(component: (typeof fromDebian)[number], locks: Locks): Release {
  const { version, sha256 } = newest(locks[component].releases) ?? fail(component);
  return { component, version, sha256, locked: true };
}

function fail(component: string): never {
  throw new UsageError(`versions/${component}/lock.json has no release.`);
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
