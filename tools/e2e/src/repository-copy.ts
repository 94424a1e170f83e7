/** A copy of the repository that a test may spoil or point elsewhere. It runs on the packages of the original. */
import { cp, glob, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { root } from './pysan.ts';

/** Copies what git knows into a temporary folder and answers its path. */
export async function copyRepository(): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'pysan-copy-'));
  const { stdout } = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of stdout.split('\n')) {
    await cp(path.join(root, file), path.join(copy, file));
  }
  // A workspace has its own where it needs another version than the rest.
  for await (const packages of glob('{.,libs/*,tools/*}/node_modules', { cwd: root })) {
    await symlink(path.join(root, packages), path.join(copy, packages));
  }
  return copy;
}

/** Changes one file of a copy. */
export async function edit(copy: string, file: string, change: (text: string) => string): Promise<void> {
  const full = path.join(copy, file);
  await writeFile(full, change(await readFile(full, 'utf8')));
}

/** Takes out of a copy what is long in a verification and says nothing of a registry: numpy's own tests, and packages by pip. */
export async function shortenChecks(copy: string): Promise<void> {
  await rm(path.join(copy, 'images/numpy-tsan/checks/own-tests'), { recursive: true });
  await edit(copy, 'images/cpython-tsan/checks/canary/check.json', (text) => {
    const { cases } = JSON.parse(text) as { readonly cases: readonly { readonly command: readonly string[] }[] };
    return JSON.stringify({ cases: cases.filter(({ command }) => command[0] !== './install-and-race') });
  });
}

/** Removes a copy; nothing when there is none. */
export async function removeCopy(copy: string | undefined): Promise<void> {
  if (copy !== undefined) {
    await rm(copy, { recursive: true, force: true });
  }
}
