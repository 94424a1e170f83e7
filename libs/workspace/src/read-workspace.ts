/** Reads the images and the locks of a checkout together. */
import type { Image } from '@pysan/model';
import type { Locks } from '@pysan/versions';

import { readImages } from './images.ts';
import { readLocks } from './locks.ts';

export interface Workspace {
  /** By name, in the order of their folders. */
  readonly images: ReadonlyMap<string, Image>;
  readonly locks: Locks;
}

/** Throws a ConfigError that lists every problem of all images, or else those of the first malformed lock. */
export async function readWorkspace(root: string): Promise<Workspace> {
  // Not in parallel: readLocks stops at the first missing lock, and its error would hide the list of problems.
  const images = await readImages(root);
  return { images, locks: await readLocks(root) };
}
