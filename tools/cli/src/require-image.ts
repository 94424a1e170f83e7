/** Checks the name of an image before it is used. */
import { UsageError } from '@pysan/model';

import { nearestNames } from './nearest.ts';
import { root } from './root.ts';

/** Throws a UsageError with the nearest names, or all names, if the repository has no such image. */
export async function requireImage(name: string): Promise<void> {
  const { imageFolders } = await import('@pysan/workspace');
  const images = await imageFolders(root);
  if (!images.includes(name)) {
    throw new UsageError(describeUnknownImage(name, images));
  }
}

function describeUnknownImage(name: string, images: readonly string[]): string {
  const nearest = nearestNames(name, images);
  const hint = nearest.length === 0 ? `Images: ${images.join(', ')}.` : `Did you mean ${nearest.join(' or ')}?`;
  return `There is no image "${name}". ${hint}`;
}
