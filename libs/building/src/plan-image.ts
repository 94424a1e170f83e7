/** Finds out which build a request means: reads the repository, resolves releases, names the chain. */
import type { Build, Image } from '@pysan/model';
import { openEngine } from '@pysan/engine';
import { readImages, readLocks, type SourceTree } from '@pysan/workspace';

import { type Base, findBase } from './base.ts';
import { type BuildRequest, planChain, resolveRequest } from '@pysan/resolution';

export interface ImageTask {
  readonly root: string;
  readonly imageName: string;
  readonly request: BuildRequest;
  /** Gets one line of progress at a time. */
  readonly report: (line: string) => void;
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

/** The build of an image, with the base that the engine has or now gets. */
export async function planImage({ root, imageName, request, report }: ImageTask): Promise<PlannedImage> {
  const [images, locks] = await Promise.all([readImages(root), readLocks(root)]);
  const { defaultReason, ...resolved } = await resolveRequest(images, imageName, request, locks);
  await openEngine({ report });
  const base = await findBase(locks.debian, report);
  const builds = await planChain(root, images, imageName, { ...resolved, baseIdentity: base.identity });
  const [build, parent] = builds.toReversed();
  if (build === undefined) {
    throw new Error(`images/ has no image ${imageName}.`);
  }
  const trees = Object.fromEntries(
    Object.entries(resolved.trees).filter(([component]) => build.image.components.includes(component)),
  );
  return { images, base, build, parent, trees, ...(defaultReason === undefined ? {} : { defaultReason }) };
}
