/** A temporary copy of a check's folder that every user of a container may write to. */
import { chmod, cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Empties a folder with files of a container's users, which the caller may not be allowed to remove. */
export type EmptyFolder = (folder: string) => Promise<void>;

/** Runs `work` on a copy of `folder`, and always removes the copy. */
export async function withWorkCopy<T>(
  folder: string,
  empty: EmptyFolder,
  work: (copy: string) => Promise<T>,
): Promise<T> {
  // The outer folder is private, the inner one is open to all. Only the container sees the inner folder.
  const outer = await mkdtemp(path.join(tmpdir(), 'pysan-verify-'));
  const copy = path.join(outer, 'work');
  try {
    await cp(folder, copy, { recursive: true });
    await openToAll(copy);
    return await work(copy);
  } finally {
    await remove(outer).catch(async () => {
      await empty(copy);
      await remove(outer);
    });
  }
}

async function openToAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true });
  for (const file of ['.', ...entries].map((entry) => path.join(folder, entry))) {
    const { mode } = await stat(file);
    await chmod(file, (mode & 0o100) === 0 ? 0o666 : 0o777);
  }
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
