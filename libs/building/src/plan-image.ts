/** Finds out which build a request means: reads the repository, resolves releases, names the chain. */
import type { Build, Image } from '@pysan/model';
import type { Base } from '@pysan/engine';
import type { Locks } from '@pysan/versions';
import { readImages, readLocks, type SourceTree } from '@pysan/workspace';

import { findBase } from '@pysan/releases';
import { type BuildRequest, planChain, resolveRequest } from '@pysan/resolution';

export interface ImageTask {
  readonly root: string;
  readonly imageName: string;
  readonly request: BuildRequest;
}

export interface PlannedImage {
  readonly images: ReadonlyMap<string, Image>;
  readonly base: Base;
  readonly build: Build;
  /** Undefined for the first of the chain. */
  readonly parent: Build | undefined;
  /** The source trees of the user's own that this image itself is built from, by component. */
  readonly trees: Readonly<Record<string, SourceTree>>;
  /** Why this Python, when nobody named one. */
  readonly defaultReason?: string;
}

/**
 * The build of an image, on the base that `base` answers: ensureBase where something is to be built. By itself it only
 * looks, and gets nothing. UsageError for a request that does not exist or fit.
 */
export async function planImage(
  { root, imageName, request }: ImageTask,
  base: (lock: Locks['debian']) => Promise<Base> = findBase,
): Promise<PlannedImage> {
  const [images, locks] = await Promise.all([readImages(root), readLocks(root)]);
  const { defaultReason, ...resolved } = await resolveRequest(images, imageName, request, locks);
  const found = await base(locks.debian);
  const builds = await planChain(root, images, imageName, { ...resolved, baseIdentity: found.identity });
  const [build, parent] = builds.toReversed();
  if (build === undefined) {
    throw new Error(`images/ has no image ${imageName}.`);
  }
  const trees = Object.fromEntries(
    Object.entries(resolved.trees).filter(([component]) => build.image.components.includes(component)),
  );
  return { images, base: found, build, parent, trees, ...(defaultReason === undefined ? {} : { defaultReason }) };
}
