/** Reads `numpy-tsan:3.14t`, as `pysan plan --explain` takes it. */
import { parsePythonTag } from '@pysan/model';
import type { Part } from '@pysan/releases';

import { requireImage } from './require-image.ts';

/** The image and its Python tag; UsageError for an image that does not exist, or for what is no tag. */
export async function parsePart(text: string): Promise<Part> {
  const [image = '', ...rest] = text.split(':');
  await requireImage(image);
  const tag = rest.length === 0 ? undefined : rest.join(':');
  if (tag !== undefined) {
    parsePythonTag(tag);
  }
  return { image, tag };
}
