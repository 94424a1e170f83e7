/** Resolves the request of a workflow: a version that it leaves open is upstream's newest that fits, as for the coordinator. */
import { describeDoubt } from '@pysan/coordination';
import { formatPythonTag, neededFor, UpstreamError, UsageError } from '@pysan/model';
import { type BuildRequest, newestPython, openComponents } from '@pysan/planning';
import { makeResolution, type ResolutionWorld, type Resolved, type Sites } from '@pysan/resolution';
import { readImages } from '@pysan/workspace';

import { readUpstreamLocks } from './upstream-locks.ts';

export interface NewestWorld extends ResolutionWorld {
  readonly sites: Sites;
}

/** As makeResolution for one image. Throws an UpstreamError if the upstream of an open version does not answer. */
export async function resolveNewest(world: NewestWorld, name: string, request: BuildRequest): Promise<Resolved> {
  const { root, sites } = world;
  const images = await readImages(root);
  const image = images.get(name);
  if (image === undefined) {
    throw new UsageError(`There is no image ${name}. Images: ${[...images.keys()].join(', ')}.`);
  }
  const needed = new Set(neededFor(images, name).flatMap(({ components }) => components));
  const { locks, doubts } = await readUpstreamLocks(root, sites, openComponents(request, needed));
  const [doubt] = doubts;
  if (doubt !== undefined) {
    throw new UpstreamError(`${describeDoubt(...doubt)} Name each version, or try again later.`);
  }
  // The base does not affect the choice.
  const newest = newestPython(image, { images, locks, commits: new Map(), baseIdentity: '' });
  const python = request.python === undefined && newest !== undefined ? { python: formatPythonTag(newest) } : {};
  return makeResolution({ ...world, locks }, [name], { ...request, ...python });
}
