/** The files of the repository, for the specs that check the repository itself. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/**
 * Paths from the root of all files that git tracks or would track, in alphabetical order.
 * Whoever owns the checkout: a container's root may test a clone of somebody else's.
 */
export function repositoryFiles(): string[] {
  const list = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0');
  return [...new Set(files)].filter((file) => file !== '' && existsSync(path.join(root, file))).toSorted();
}

/** The text of a file; a path from the root. */
export function readText(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** The value in a JSON file; throws with the file's name when it is none. */
export function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON`, { cause });
  }
}
