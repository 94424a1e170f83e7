/** The files to which a step of GitHub Actions writes its results: GITHUB_OUTPUT, GITHUB_STEP_SUMMARY. */
import { appendFile } from 'node:fs/promises';

import { EngineError } from '@pysan/model';

/** Appends to the file that a variable names; does nothing if it is not set. Throws an EngineError if the file cannot be written. */
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
