/** The Python libraries of the locks, whichever file each has. */
import type { Library, LibraryRelease, Locks, PackageLock } from './lock.ts';

/** Where a library is developed, and the branch that goes with the development branches of CPython. */
export interface Git {
  readonly repository: string;
  readonly branch: string;
}

/** Names of all libraries, in the order in which they go into a build. */
export function libraryNames({ packages }: Locks): Library[] {
  return ['numpy', 'scipy', ...Object.keys(packages)];
}

/** The locked releases of a library; none for a library without a lock. */
export function libraryReleases(library: Library, { numpy, scipy, packages }: Locks): readonly LibraryRelease[] {
  const locks: Readonly<Record<Library, Pick<PackageLock, 'releases'>>> = { numpy, scipy, ...packages };
  return locks[library]?.releases ?? [];
}

/** Undefined for a library of which only releases are built. */
export function libraryGit(library: Library, { numpy, scipy }: Locks): Git | undefined {
  return { numpy, scipy }[library];
}
