/** Reads what an image's Dockerfile makes of a resolution: the arguments and the files that go in. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Image } from '@pysan/model';
import { buildArgsOf, type ImageInputs, type Resolution } from '@pysan/planning';

import { hashContextFiles } from './context-files.ts';
import { expand, parseDockerfile } from './dockerfile.ts';

/** Path of an image's Dockerfile, from the root of the repository. */
export function dockerfileOf(image: string): string {
  return path.join('images', image, 'Dockerfile');
}

/** The inputs of an image, with sha256 of its Dockerfile and of each file that this COPYs. */
export async function readImageInputs(root: string, image: Image, resolution: Resolution): Promise<ImageInputs> {
  const dockerfile = dockerfileOf(image.name);
  const facts = parseDockerfile(await readFile(path.join(root, dockerfile), 'utf8'));
  const argNames = Object.keys(facts.args);
  const buildArgs = buildArgsOf(argNames, resolution);
  const copies = facts.copies.map((source) => expand(source, buildArgs, facts));
  return { image, argNames, files: await hashContextFiles(root, [dockerfile, ...copies]) };
}
