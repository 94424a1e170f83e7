/** Reads the argument of `pysan plan --explain`: `numpy-tsan:3.14t`. */
import { parsePythonTag } from '@pysan/model';
import type { Part } from '@pysan/releases';

import { requireImage } from './require-image.ts';

/** The image and its Python tag. Throws a UsageError for an unknown image or a malformed tag. */
export async function parsePart(text: string): Promise<Part> {
  const [image = '', ...rest] = text.split(':');
  await requireImage(image);
  const tag = rest.length === 0 ? undefined : rest.join(':');
  if (tag !== undefined) {
    parsePythonTag(tag);
  }
  return { image, tag };
}
