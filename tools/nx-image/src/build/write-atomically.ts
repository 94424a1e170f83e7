/** Writes a file so that readers find the earlier content or the new one, never a part of it. */
import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes beside the file and renames. The folder must exist. */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
