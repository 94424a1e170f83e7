/** Makes the resolution of a request. A command does this once. */
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
  /** The root of the repository. */
  readonly root: string;
  /** The locks to use; absent for those of the repository. */
  readonly locks?: Locks;
  /** Finds the base that builds start from. Commands that build also pull or bootstrap it. */
  readonly findBase: (lock: Locks['debian']) => Promise<Base>;
}

/** Resolves a request for images, and names their builds. Throws a UsageError for unknown or unsuitable releases, and an UpstreamError. */
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

/** The images without those that another one is made from. */
function leavesOf(images: ReadonlyMap<string, Image>, names: readonly string[]): string[] {
  const below = new Set(names.flatMap((name) => neededFor(images, name).slice(0, -1)).map(({ name }) => name));
  return names.filter((name) => !below.has(name));
}
