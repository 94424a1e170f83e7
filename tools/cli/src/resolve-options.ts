/**
 * Checks what was asked for before Nx starts: Nx only says that a task failed, while bad input must be
 * answered with a message and exit code 2.
 */
import { formatPythonTag, UsageError } from '@pysan/model';
import { type Resolved, resolveRequest } from '@pysan/resolution';
import { parseNamespace } from '@pysan/registry';
import { readImages, readLocks } from '@pysan/workspace';

import { requireImage } from './require-image.ts';
import { root } from './root.ts';

/** The options for the executor, with the Python named. UsageError for an image or release that does not exist. */
export async function resolveOptions(
  image: string,
  options: Readonly<Record<string, string | boolean>>,
): Promise<Record<string, string | boolean> & { python: string }> {
  await requireImage(image);
  requireNamespace(options['to'], '--to');
  requireNamespace(options['parents'], '--parents');
  const [images, locks] = await Promise.all([readImages(root), readLocks(root)]);
  const resolved = await resolveRequest(images, image, { locked: false, ...options }, locks);
  if (resolved.defaultReason !== undefined) {
    console.error(resolved.defaultReason);
  }
  return { ...options, python: formatPythonTag(resolved.python), ...originsOf(resolved) };
}

function requireNamespace(namespace: string | boolean | undefined, option: string): void {
  if (namespace === true || namespace === '') {
    throw new UsageError(`${option} needs a registry: ghcr.io/acme.`);
  }
  if (typeof namespace === 'string') {
    parseNamespace(namespace);
  }
}

// Named once and for all images: a branch may move while they are built, and Nx runs in another folder than the user.
function originsOf({ releases, trees }: Resolved): Record<string, string> {
  const commits = releases.flatMap(({ component, commit }) => (commit === undefined ? [] : [[component, commit]]));
  const folders = Object.entries(trees).map(([component, { folder }]) => [component, folder]);
  return Object.fromEntries([...commits, ...folders]) as Record<string, string>;
}
