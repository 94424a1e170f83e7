/** Turns a request (`--python 3.13t --numpy 2.4.6`) into releases with their sha256, commits and source trees. */
import { chainOf, type Image } from '@pysan/model';
import { composeResolution, type Resolution } from '@pysan/planning';
import { libraryNames, type Locks } from '@pysan/versions';
import type { SourceTree } from '@pysan/workspace';

import type { BuildRequest } from './request.ts';
import { resolveCpython } from './resolve-cpython.ts';
import { resolveLibrary } from './resolve-library.ts';

export interface Resolved extends Omit<Resolution, 'baseIdentity'> {
  /** The source trees of the user's own, by component. */
  readonly trees: Readonly<Record<string, SourceTree>>;
  /** Why this Python, when nobody named one. */
  readonly defaultReason?: string;
}

/** Resolves a request for an image of the workspace. UsageError for what does not exist or fit. */
export async function resolveRequest(
  images: ReadonlyMap<string, Image>,
  name: string,
  request: BuildRequest,
  locks: Locks,
): Promise<Resolved> {
  const needed = new Set(chainOf(images, name).flatMap(({ components }) => components));
  const { cpython, python, reason } = await resolveCpython(request, locks);
  const wanted = libraryNames(locks).filter((library) => needed.has(library));
  const built = await Promise.all(wanted.map((library) => resolveLibrary(library, request, python, locks)));
  const sources = [cpython, ...built];
  const libraries = built.map(({ release }) => release);
  return {
    ...composeResolution({ needed, python, cpython: cpython.release, libraries }, locks),
    trees: Object.fromEntries(sources.flatMap(({ release, tree }) => (tree ? [[release.component, tree]] : []))),
    ...(reason === undefined ? {} : { defaultReason: reason }),
  };
}
