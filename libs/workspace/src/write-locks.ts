/** Writes what `pysan resolve` found: the texts of locks, in the form in which they are reviewed. */
import path from 'node:path';

import writeFileAtomic from 'write-file-atomic';

/** The text of a lock: JSON as prettier formats that file, so that a diff shows the news and nothing else. */
export async function formatLock(root: string, file: string, lock: unknown): Promise<string> {
  // Most commands write no lock, and prettier is slow to load.
  const { format, resolveConfig } = await import('prettier');
  const filepath = path.join(root, file);
  return format(JSON.stringify(lock, undefined, 2), { ...(await resolveConfig(filepath)), filepath });
}

/** Writes files of the repository, each whole or not at all. */
export async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await writeFileAtomic(path.join(root, file), text);
  }
}
