/** Reads the checks of an image and its ancestors: folders of `images/<image>/checks`. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { ConfigError, type PythonTag } from '@pysan/model';
import { casesFor, type Check, type CheckCase, type CheckFile, checksHash, parseCheck } from '@pysan/verification';

export interface CheckFolder {
  /** `cpython-tsan/canary`: the image whose check it is, and the folder. */
  readonly name: string;
  readonly folder: string;
  /** The cases for the verified Python. */
  readonly cases: readonly CheckCase[];
}

export interface Checks {
  /** In the order of the chain, then of the folder names. */
  readonly folders: readonly CheckFolder[];
  /** Hash of all their files. */
  readonly hash: string;
}

/**
 * The checks of a chain of images, given by name from the first to the image itself, for a Python. Throws a ConfigError for
 * the first malformed check.json, or an image without checks.
 */
export async function readChecks(root: string, chain: readonly string[], python?: PythonTag): Promise<Checks> {
  const folders = (await Promise.all(chain.map((image) => readImageChecks(root, image, python)))).flat();
  const files = (await Promise.all(folders.map(({ folder }) => readFiles(root, folder)))).flat();
  return { folders, hash: checksHash(files) };
}

async function readImageChecks(root: string, image: string, python: PythonTag | undefined): Promise<CheckFolder[]> {
  const parent = path.join(root, 'images', image, 'checks');
  const names = (await readdir(parent).catch(refuseAbsent(path.relative(root, parent)))).sort();
  return Promise.all(
    names.map(async (name) => {
      const folder = path.join(parent, name);
      return { name: `${image}/${name}`, folder, cases: casesFor(await readCheck(root, folder), python) };
    }),
  );
}

function refuseAbsent(folder: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code !== 'ENOENT') {
      throw error;
    }
    throw new ConfigError(folder, [
      'it is missing. Every image needs a check that proves its purpose. See CONTRIBUTING.md',
    ]);
  };
}

async function readCheck(root: string, folder: string): Promise<Check> {
  const file = path.join(folder, 'check.json');
  return parseCheck(path.relative(root, file), await readFile(file, 'utf8'));
}

/** All files below a folder, by their paths from the root of the repository. */
export async function readFiles(root: string, folder: string): Promise<CheckFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.map((file) => readCheckFile(root, file)));
}

async function readCheckFile(root: string, file: string): Promise<CheckFile> {
  const { mode } = await stat(file);
  const relative = path.relative(root, file).split(path.sep).join('/');
  return { path: relative, executable: (mode & 0o100) !== 0, bytes: await readFile(file) };
}
