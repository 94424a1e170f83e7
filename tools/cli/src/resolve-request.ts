/**
 * Resolves a command's request before anything else. Bad input ends here with a message and exit code 2. All later steps
 * read the resolution.
 */
import { type Build, neededFor, UsageError } from '@pysan/model';
import { parseNamespace } from '@pysan/registry';
import { findBase } from '@pysan/releases';
import { buildOf, findSites, makeResolution, type ResolutionWorld, type Resolved } from '@pysan/resolution';
import { readImages } from '@pysan/workspace';

import { requireImage } from './require-image.ts';
import { root } from './root.ts';

export type Given = Readonly<Record<string, string | boolean | undefined>>;

/** The resolution of an image. The options are named as in build.schema.json. Throws a UsageError for unknown or unsupported ones. */
export async function resolveImage(
  image: string,
  { python, cpython, numpy, scipy, locked = false }: Given,
  base: ResolutionWorld['findBase'],
): Promise<Resolved> {
  await requireImage(image);
  const given = Object.entries({ python, cpython, numpy, scipy }).filter(([, value]) => typeof value === 'string');
  const request = { ...Object.fromEntries(given), locked: locked === true };
  const world = { root, folder: process.cwd(), sites: findSites(process.env, root), findBase: base };
  const resolved = await makeResolution(world, [image], request);
  if (resolved.reason !== undefined) {
    console.error(resolved.reason);
  }
  return resolved;
}

/** The build that the locks mean for an image at a Python tag, which an image without a Python ignores. Pulls nothing. */
export async function readLockedBuild(root: string, image: string, python: string): Promise<Build> {
  const images = await readImages(root);
  const hasPython = neededFor(images, image).some(({ components }) => components.includes('cpython'));
  const world = { root, folder: root, sites: findSites(process.env, root), findBase };
  const request = { locked: true, ...(hasPython ? { python } : {}) };
  return buildOf(await makeResolution(world, [image], request), image);
}

/** Throws a UsageError that names the option if its value is not a registry with its owner. */
export function requireNamespace(options: Given, option: 'to' | 'parents'): void {
  const namespace = options[option];
  if (namespace === true || namespace === '') {
    throw new UsageError(`--${option} needs a registry: ghcr.io/acme.`);
  }
  if (typeof namespace === 'string') {
    parseNamespace(namespace);
  }
}
