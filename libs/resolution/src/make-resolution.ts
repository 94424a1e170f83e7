/** Makes the resolution of a request: the one moment at which a command asks what its request means. */
import type { Base } from '@pysan/engine';
import { type Image, neededFor, UsageError } from '@pysan/model';
import type { BuildRequest } from '@pysan/planning';
import type { Locks } from '@pysan/versions';
import { readImages, readLocks, readProofs } from '@pysan/workspace';

import { nameBuilds } from './name-builds.ts';
import type { Resolved } from './resolved.ts';
import { resolveRequest } from './resolve.ts';
import type { Upstreams } from './upstreams.ts';

export interface ResolutionWorld extends Upstreams {
  /** Of the repository. */
  readonly root: string;
  /** The locks to go by; absent for those of the repository. */
  readonly locks?: Locks;
  /** The base that builds start from: got where something is to be built, else only looked for. */
  readonly findBase: (lock: Locks['debian']) => Promise<Base>;
}

/** Resolves a request for images, and names their builds. UsageError for what does not exist or fit; UpstreamError. */
export async function makeResolution(
  world: ResolutionWorld,
  names: readonly string[],
  request: BuildRequest,
): Promise<Resolved> {
  const { root, findBase } = world;
  const images = await readImages(root);
  const locks = world.locks ?? (await readLocks(root));
  const unknown = names.find((name) => !images.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no image ${unknown}.`);
  }
  const readProven = async (image: string): Promise<string[]> => Object.keys(await readProofs(root, image));
  const resolved = await resolveRequest({ images, locks, readProven }, leavesOf(images, names), request, world);
  const base = { ...(await findBase(locks.debian)), image: locks.debian.image };
  const builds = await nameBuilds(root, images, names, { ...resolved, baseIdentity: base.identity });
  return { schema: 1, names: leavesOf(images, names), ...resolved, base, builds };
}

/** Without those that another one is made from. */
function leavesOf(images: ReadonlyMap<string, Image>, names: readonly string[]): string[] {
  const below = new Set(names.flatMap((name) => neededFor(images, name).slice(0, -1)).map(({ name }) => name));
  return names.filter((name) => !below.has(name));
}
