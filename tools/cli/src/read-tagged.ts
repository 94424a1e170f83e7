/** What the tags of a build would be made of, by the locks alone. */
import { chainOf, formatPythonTag, isSeries, parsePythonTag, type PythonTag, type Source } from '@pysan/model';
import type { Tagged } from '@pysan/tagging';
import { isLibrary, libraryReleases, type Locks, selectCpython, selectLibrary } from '@pysan/versions';
import { readImages, readLocks } from '@pysan/workspace';

import { requireImage } from './require-image.ts';
import { root } from './root.ts';

// Both are known only once it is built.
const unknown = { name: 'b<build id>', snapshot: '<yyyymmdd>-<commit>' };

/** For a Python tag of any form; with the name of an image also what that adds. UsageError for what does not exist or fit. */
export async function readTagged(text: string, imageName: string | undefined): Promise<Tagged> {
  const asked = parsePythonTag(text);
  const locks = await readLocks(root);
  const python = isSeries(asked) ? newestOf(asked, locks) : asked;
  if (imageName === undefined) {
    return { ...unknown, python, adds: [] };
  }
  await requireImage(imageName);
  const chain = chainOf(await readImages(root), imageName);
  const added = chain.at(-1)?.components ?? [];
  return chain.some(({ components }) => components.includes('cpython'))
    ? { ...unknown, python, adds: added.filter(isLibrary).flatMap((library) => releaseOf(library, python, locks)) }
    : { ...unknown, python: undefined, adds: [{ component: 'debian', version: locks.debian.llvm }] };
}

function newestOf(series: PythonTag, { cpython }: Locks): PythonTag {
  const version = selectCpython(cpython.releases, series)?.version ?? series.version;
  const python = { ...series, version };
  console.error(`${formatPythonTag(series)} is ${formatPythonTag(python)} by the lock`);
  return python;
}

// A development branch takes libraries from theirs, which is no release to be named.
function releaseOf(library: string, python: PythonTag, locks: Locks): Source[] {
  const release = python.dev ? undefined : selectLibrary(library, libraryReleases(library, locks), python, undefined);
  return release === undefined ? [] : [{ component: library, version: release.version }];
}
