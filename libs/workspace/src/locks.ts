/** Reads the locks: `versions/<component>/lock.json`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { ConfigError } from '@pysan/model';
import { type Component, components, type Locks, parseLock, parsePackageLock } from '@pysan/versions';
import { glob } from 'tinyglobby';

/** All locks by component. Throws a ConfigError that lists the problems of the first malformed one. */
export async function readLocks(root: string): Promise<Locks> {
  const files = await glob('versions/*/lock.json', { cwd: root });
  const texts = await Promise.all(files.map((file) => readFile(path.join(root, file), 'utf8')));
  return parseLocks(Object.fromEntries(files.map((file, index) => [file, texts[index] ?? ''])));
}

/** As readLocks, from the texts of the lock files by their paths. */
export function parseLocks(texts: Readonly<Record<string, string>>): Locks {
  const fixed = components.map((component) => [component, parseFixedLock(component, texts)] as const);
  const others = Object.entries(texts).filter(([file]) => !components.some((it) => lockFile(it) === file));
  return { ...Object.fromEntries(fixed), packages: parsePackageLocks(others) } as Locks;
}

function parseFixedLock(component: Component, texts: Readonly<Record<string, string>>): unknown {
  const file = lockFile(component);
  const text = texts[file];
  if (text === undefined) {
    throw new ConfigError(file, [`it is missing. Get it back: git checkout -- ${file}`]);
  }
  return parseLock(component, file, text);
}

function parsePackageLocks(texts: readonly (readonly [file: string, text: string])[]): Locks['packages'] {
  const locks = texts.map(([file, text]) => {
    const component = path.basename(path.dirname(file));
    return [component, parsePackageLock(component, file, text)] as const;
  });
  return Object.fromEntries(locks.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Path of a component's lock, from the root of the repository. */
export function lockFile(component: string): string {
  return path.join('versions', component, 'lock.json');
}
