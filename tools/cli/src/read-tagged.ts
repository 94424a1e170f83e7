/** What the tags of a build would be made of, by the locks alone. */
import { formatPythonTag, isSeries, neededFor, parsePythonTag, type PythonTag, type Source } from '@pysan/model';
import type { Tagged } from '@pysan/tagging';
import { chooseCpython, chooseLibrary } from '@pysan/planning';
import { isLibrary, type Locks } from '@pysan/versions';
import { readImages, readLocks } from '@pysan/workspace';

import { requireImage } from './require-image.ts';
import { root } from './root.ts';

// Both are known only once it is built.
const unknown = { name: 'b<build id>', snapshot: '<yyyymmdd>-<commit>' };

/** For a Python tag of any form; with the name of an image also what that adds. UsageError for what does not exist or fit. */
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

// A development branch takes libraries from theirs, which is no release to be named.
function releaseOf(library: string, python: PythonTag, locks: Locks): Source[] {
  const choice = python.dev ? undefined : chooseLibrary(library, { locked: true }, python, locks);
  return choice !== undefined && 'release' in choice ? [{ component: library, version: choice.release.version }] : [];
}
