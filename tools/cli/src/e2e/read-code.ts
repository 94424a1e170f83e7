/**
 * The code that a spec depends on: the files of its own package that it imports, all files of the other workspace packages
 * that it imports, and the versions of npm packages. Code that is only reached by its path counts with its package.
 */
import { createHash } from 'node:crypto';
import { glob, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

import { ConfigError } from '@pysan/model';
import type { SpecInputs } from '@pysan/verification';

import { parseImports } from './imports.ts';

/** Hashes and versions by name. File and folder names start from the root: `libs/engine` → sha256, `npm execa` → `9.6.1`. */
export async function readCode(root: string, entries: readonly string[]): Promise<SpecInputs> {
  const versions = await readVersions(root);
  const inputs: Record<string, string> = {};
  const open = [...entries];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    if (!(entry in inputs)) {
      const files = await filesOf(root, entry);
      inputs[entry] = await hashFiles(root, files);
      open.push(...(await importedBy(root, files, versions, inputs)));
    }
  }
  return inputs;
}

/** What these files import from elsewhere in the workspace. The versions of npm packages are added to `inputs`. */
async function importedBy(
  root: string,
  files: readonly string[],
  versions: ReadonlyMap<string, string>,
  inputs: Record<string, string>,
): Promise<string[]> {
  const found: string[] = [];
  for (const file of files.filter((it) => it.endsWith('.ts'))) {
    for (const name of parseImports(await readFile(path.join(root, file), 'utf8'))) {
      const target = await locate(root, file, name);
      if (target !== undefined && !files.includes(target)) {
        found.push(target);
      } else if (target === undefined && !name.startsWith('node:')) {
        inputs[`npm ${packageOf(name)}`] = versions.get(packageOf(name)) ?? 'unknown';
      }
    }
  }
  return found;
}

/** The file of a relative import, or the folder of a workspace package; undefined for any other import. */
async function locate(root: string, file: string, name: string): Promise<string | undefined> {
  if (name.startsWith('.')) {
    return path.join(path.dirname(file), name);
  }
  if (!name.startsWith('@pysan/')) {
    return undefined;
  }
  return path.relative(await realpath(root), await realpath(path.join(root, 'node_modules', packageOf(name))));
}

/** `@pysan/http/retry` belongs to the package `@pysan/http`. */
function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

/** The file itself, or all files of a folder except tests and node_modules. */
async function filesOf(root: string, entry: string): Promise<string[]> {
  const found = await stat(path.join(root, entry)).catch(() => undefined);
  if (found === undefined) {
    throw new ConfigError('What a spec imports or names by @files', [`${entry}: there is no such file or folder`]);
  }
  if (!found.isDirectory()) {
    return [entry];
  }
  const files: string[] = [];
  for await (const inside of glob('**', { cwd: path.join(root, entry), withFileTypes: true, exclude: isLeftOut })) {
    if (inside.isFile()) {
      files.push(path.relative(root, path.join(inside.parentPath, inside.name)));
    }
  }
  return files.toSorted();
}

function isLeftOut({ name }: { readonly name: string }): boolean {
  return name === 'node_modules' || /\.spec\.ts$|\.md$/.test(name);
}

async function hashFiles(root: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const bytes = await readFile(path.join(root, file));
    hash.update(`${file} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

interface PackageLock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

/** The locked versions of each npm package, including those that only one workspace package uses. */
async function readVersions(root: string): Promise<ReadonlyMap<string, string>> {
  const { packages } = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as PackageLock;
  const versions = new Map<string, string>();
  for (const [key, { version }] of Object.entries(packages)) {
    const name = key.split('node_modules/').slice(1).at(-1);
    if (name !== undefined && version !== undefined) {
      versions.set(name, [versions.get(name) ?? [], version].flat().join(' '));
    }
  }
  return versions;
}
