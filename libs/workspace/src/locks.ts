/** Reads the locks: `versions/<component>/lock.json`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { type Component, components, type Locks, parseLock, parsePackageLock } from '@pysan/versions';
import { glob } from 'tinyglobby';

/** All locks by component. Throws a ConfigError that lists the problems of the first malformed one. */
export async function readLocks(root: string): Promise<Locks> {
  const locks = await Promise.all(
    components.map(async (component) => [component, await readLock(root, component)] as const),
  );
  return { ...Object.fromEntries(locks), packages: await readPackageLocks(root) } as Locks;
}

async function readLock<C extends Component>(root: string, component: C): Promise<Locks[C]> {
  const file = lockFile(component);
  return parseLock(component, file, await readFile(path.join(root, file), 'utf8'));
}

async function readPackageLocks(root: string): Promise<Locks['packages']> {
  const folders = (await glob('versions/*/lock.json', { cwd: root })).map((file) => path.basename(path.dirname(file)));
  const names = folders.filter((folder) => !components.some((component) => component === folder)).toSorted();
  const locks = await Promise.all(
    names.map(async (name) => {
      const file = lockFile(name);
      return [name, parsePackageLock(name, file, await readFile(path.join(root, file), 'utf8'))] as const;
    }),
  );
  return Object.fromEntries(locks);
}

function lockFile(component: string): string {
  return path.join('versions', component, 'lock.json');
}
