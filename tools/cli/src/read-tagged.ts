/** Reads the facts that determine the tags of a build, from the locks alone. */
import { formatPythonTag, isSeries, neededFor, parsePythonTag, type PythonTag, type Source } from '@pysan/model';
import type { Tagged } from '@pysan/tagging';
import { chooseCpython, chooseLibrary } from '@pysan/planning';
import { isLibrary, type Locks } from '@pysan/versions';
import { readImages, readLocks } from '@pysan/workspace';

import { requireImage } from './require-image.ts';
import { root } from './root.ts';

// Both are only known after the build.
const unknown = { name: 'b<build id>', snapshot: '<yyyymmdd>-<commit>' };

/** Takes any Python tag and, for the tags that an image adds, its name. Throws a UsageError for unknown or unsupported ones. */
export async function readTagged(text: string, imageName: string | undefined): Promise<Tagged> {
  const asked = parsePythonTag(text);
  const locks = await readLocks(root);
  const known = { ...unknown, llvm: locks.debian.llvm };
  const python = isSeries(asked) ? newestOf(asked, locks) : asked;
  if (imageName === undefined) {
    return { ...known, python, adds: [] };
  }
  await requireImage(imageName);
  const needed = neededFor(await readImages(root), imageName);
  const added = needed.at(-1)?.components ?? [];
  return needed.some(({ components }) => components.includes('cpython'))
    ? { ...known, python, adds: added.filter(isLibrary).flatMap((library) => releaseOf(library, python, locks)) }
    : { ...known, python: undefined, adds: [] };
}

function newestOf(series: PythonTag, locks: Locks): PythonTag {
  const choice = chooseCpython(series, { locked: true }, locks);
  const python = { ...series, version: 'release' in choice ? choice.release.version : series.version };
  console.error(`${formatPythonTag(series)} is ${formatPythonTag(python)} according to the lock`);
  return python;
}

// Images at a development branch use branches of libraries, which have no release to name.
function releaseOf(library: string, python: PythonTag, locks: Locks): Source[] {
  const choice = python.dev ? undefined : chooseLibrary(library, { locked: true }, python, locks);
  return choice !== undefined && 'release' in choice ? [{ component: library, version: choice.release.version }] : [];
}
