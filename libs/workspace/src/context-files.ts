/** Hashes the files of the build context for the build id. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import dockerignore from '@balena/dockerignore';
import { ConfigError } from '@pysan/model';
import { glob } from 'tinyglobby';

/**
 * Path → `<mode> <sha256>` of the given files and of all files in the given folders, without what
 * .dockerignore leaves out of the context. Only the executable bit of a mode counts: the rest is the
 * umask of the user who checked out.
 */
export async function hashContextFiles(root: string, sources: readonly string[]): Promise<Record<string, string>> {
  const ignored = dockerignore
    .default({ ignorecase: false })
    .add(await readFile(path.join(root, '.dockerignore'), 'utf8'));
  const found = await Promise.all(sources.map((source) => filesOf(root, source, ignored.createFilter())));
  const files = [...new Set(found.flat())].toSorted();
  const hashes = await Promise.all(files.map((file) => hashFile(path.join(root, file))));
  return Object.fromEntries(files.map((file, index) => [file, hashes[index] ?? '']));
}

/** The same for a text that is not an executable file. */
export function hashText(text: string): string {
  return `644 ${sha256Of(text)}`;
}

async function filesOf(root: string, source: string, isInContext: (file: string) => boolean): Promise<string[]> {
  const files = (await glob(source, { cwd: root, dot: true })).filter(isInContext);
  if (files.length === 0) {
    throw new ConfigError('A Dockerfile', [`COPY ${source}: there is no such file or folder in the repository`]);
  }
  return files;
}

async function hashFile(file: string): Promise<string> {
  const [bytes, { mode }] = await Promise.all([readFile(file), stat(file)]);
  return `${(mode & 0o100) === 0 ? '644' : '755'} ${sha256Of(bytes)}`;
}

function sha256Of(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
