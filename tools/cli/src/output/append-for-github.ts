/** Files by which a step of GitHub Actions tells what comes after it: GITHUB_OUTPUT, GITHUB_STEP_SUMMARY. */
import { appendFile } from 'node:fs/promises';

import { EngineError } from '@pysan/model';

/** Appends to the file that a variable names, or does nothing where it names none. EngineError when that cannot be written. */
export async function appendForGitHub(
  variable: 'GITHUB_OUTPUT' | 'GITHUB_STEP_SUMMARY',
  file: string | undefined,
  text: string,
): Promise<void> {
  if (file === undefined || file === '') {
    return;
  }
  try {
    await appendFile(file, text);
  } catch (cause) {
    throw new EngineError(`${variable} names ${file}, which cannot be written. Fix or unset ${variable}.`, { cause });
  }
}
