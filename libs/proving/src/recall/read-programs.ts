/** Reads the seeded programs of an image and its ancestors: folders `images/<image>/recall`. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { checksHash, parsePrograms, type SeededProgram } from '@pysan/verification';

import { readFiles } from '../verify/read-checks.ts';

export interface SeededPrograms {
  readonly programs: readonly SeededProgram[];
  /** The folders of the images that have programs, from the root of the repository. Ancestors come first. */
  readonly folders: readonly string[];
  /** C files of extensions that the programs import, from the root of the repository. */
  readonly extensions: readonly string[];
  /** Hash of all their files and of the runner. */
  readonly hash: string;
}

/** The folder of the runner's script, from the root of the repository. */
export const runnerFolder = 'libs/proving/src/recall';
export const runnerScript = 'run-programs.py';

/**
 * The programs of a chain of images, given by name from the first to the image itself. An image without the folder has none.
 * Throws a ConfigError for the first malformed programs.json.
 */
export async function readPrograms(root: string, chain: readonly string[]): Promise<SeededPrograms> {
  const having = await Promise.all(chain.map(async (image) => ((await hasPrograms(root, image)) ? [image] : [])));
  const images = having.flat();
  const programs = await Promise.all(images.map((image) => readImagePrograms(root, image)));
  const files = await Promise.all(images.map((image) => readFiles(root, path.join(root, folderOf(image)))));
  const runner = (await readFiles(root, path.join(root, runnerFolder))).filter((file) =>
    file.path.endsWith(runnerScript),
  );
  return {
    programs: programs.flat(),
    folders: images.map(folderOf),
    extensions: files.flat().flatMap((file) => (file.path.endsWith('.c') ? [file.path] : [])),
    hash: checksHash([...files.flat(), ...runner]),
  };
}

function folderOf(image: string): string {
  return `images/${image}/recall`;
}

async function hasPrograms(root: string, image: string): Promise<boolean> {
  return (await readdir(path.join(root, 'images', image))).includes('recall');
}

async function readImagePrograms(root: string, image: string): Promise<readonly SeededProgram[]> {
  const file = `${folderOf(image)}/programs.json`;
  return parsePrograms(image, file, await readFile(path.join(root, file), 'utf8'));
}
