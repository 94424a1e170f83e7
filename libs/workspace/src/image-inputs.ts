/** Reads what an image's Dockerfile makes of a resolution: the arguments and the files that go in. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Image } from '@pysan/model';
import { buildArgsOf, type ImageInputs, type Resolution } from '@pysan/planning';

import { hashContextFiles, hashText } from './context-files.ts';
import { expand, parseDockerfile, withoutDefaults } from './dockerfile.ts';

/** Given to every build, and left out of its id: they say nothing that the id does not. */
const alwaysGiven = ['base_image', 'build_id'];

/** Path of an image's Dockerfile, from the root of the repository. */
export function dockerfileOf(image: string): string {
  return path.join('images', image, 'Dockerfile');
}

/**
 * The inputs of an image, with sha256 of its Dockerfile and of each file that this COPYs. Of the Dockerfile the
 * defaults of those arguments do not count that the build gives: their values are inputs themselves.
 */
export async function readImageInputs(root: string, image: Image, resolution: Resolution): Promise<ImageInputs> {
  const dockerfile = dockerfileOf(image.name);
  const text = await readFile(path.join(root, dockerfile), 'utf8');
  const facts = parseDockerfile(text);
  const argNames = Object.keys(facts.args);
  const buildArgs = buildArgsOf(argNames, resolution);
  const copies = facts.copies.map((source) => expand(source, buildArgs, facts));
  const given = [...Object.keys(buildArgs), ...alwaysGiven];
  const files = { ...(await hashContextFiles(root, copies)), [dockerfile]: hashText(withoutDefaults(text, given)) };
  return { image, argNames, files };
}
