/** Reads the locks: `versions/<component>/lock.json`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { type Component, components, type Locks, parseLock } from '@pysan/versions';

/** All locks by component. Throws a ConfigError that lists the problems of the first malformed one. */
export async function readLocks(root: string): Promise<Locks> {
  const locks = await Promise.all(
    components.map(async (component) => [component, await readLock(root, component)] as const),
  );
  return Object.fromEntries(locks) as Locks;
}

async function readLock<C extends Component>(root: string, component: C): Promise<Locks[C]> {
  const file = path.join('versions', component, 'lock.json');
  return parseLock(component, file, await readFile(path.join(root, file), 'utf8'));
}
