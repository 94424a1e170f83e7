/**
 * Checks what was asked for before Nx starts: Nx only says that a task failed, while bad input must be
 * answered with a message and exit code 2.
 */
import { formatPythonTag } from '@pysan/model';
import { resolveRequest } from '@pysan/nx-image';
import { readImages, readLocks } from '@pysan/workspace';

import { requireImage } from './require-image.ts';
import { root } from './root.ts';

/** The options for the executor, with the Python named. UsageError for an image or release that does not exist. */
export async function resolveOptions(
  image: string,
  options: Readonly<Record<string, string | boolean>>,
): Promise<Record<string, string | boolean>> {
  await requireImage(image);
  const [images, locks] = await Promise.all([readImages(root), readLocks(root)]);
  const { python, defaultReason } = await resolveRequest(images, image, { locked: false, ...options }, locks);
  if (defaultReason !== undefined) {
    console.error(defaultReason);
  }
  return { ...options, python: formatPythonTag(python) };
}
