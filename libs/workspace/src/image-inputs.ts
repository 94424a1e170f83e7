/** Reads the inputs that an image's Dockerfile declares: arguments and files. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { type Image, imageArgument } from '@pysan/model';
import { buildArgsOf, type ImageInputs, type Resolution } from '@pysan/planning';

import { hashContextFiles, hashText } from './context-files.ts';
import { expand, parseDockerfile, withoutDefaults } from './dockerfile.ts';

/** Arguments of every build that are left out of its id, because they add no information. */
const alwaysGiven = ['base_image', 'build_id'];

/** Path of an image's Dockerfile, from the root of the repository. */
export function dockerfileOf(image: string): string {
  return path.join('images', image, 'Dockerfile');
}

/** Reads the inputs of an image, as readImageInputs does. */
export type InputReader = (image: Image, resolution: Resolution) => Promise<ImageInputs>;

/**
 * The inputs of an image, with sha256 of its Dockerfile and of each file that this COPYs. Of the Dockerfile the
 * defaults of those arguments do not count that the build gives: their values are inputs themselves.
 */
export function readImageInputs(root: string, image: Image, resolution: Resolution): Promise<ImageInputs> {
  return createInputReader(root)(image, resolution);
}

/** Reads the inputs of many builds, each file only once. */
export function createInputReader(root: string): InputReader {
  const readText = once((file) => readFile(path.join(root, file), 'utf8'));
  const hash = once((source) => hashContextFiles(root, [source]));
  return async (image, resolution) => {
    const dockerfile = dockerfileOf(image.name);
    const text = await readText(dockerfile);
    const facts = parseDockerfile(text);
    const argNames = Object.keys(facts.args);
    const buildArgs = buildArgsOf(argNames, resolution);
    const copied = await Promise.all(facts.copies.map((source) => hash(expand(source, buildArgs, facts))));
    const given = [...Object.keys(buildArgs), ...alwaysGiven, ...(image.takes ?? []).map(imageArgument)];
    const own = { [dockerfile]: hashText(withoutDefaults(text, given)) };
    return { image, argNames, files: Object.assign({}, ...copied, own) as ImageInputs['files'] };
  };
}

function once<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (key) => {
    const answer = answers.get(key) ?? read(key);
    answers.set(key, answer);
    return answer;
  };
}
