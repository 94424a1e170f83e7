/** The files to which a step of GitHub Actions writes its results: GITHUB_OUTPUT, GITHUB_STEP_SUMMARY. */
import { appendFile, readFile } from 'node:fs/promises';

import { EngineError } from '@pysan/model';

import { cutSummary } from './cut-summary.ts';

/** Appends to the outputs of a step; does nothing if no file is named. Throws an EngineError if the file cannot be written. */
export async function appendOutput(file: string | undefined, text: string): Promise<void> {
  await append('GITHUB_OUTPUT', file, () => Promise.resolve(text));
}

/** Appends Markdown to the summary of a step, as far as GitHub shows it; otherwise as appendOutput. */
export async function appendSummary(file: string | undefined, markdown: string): Promise<void> {
  await append('GITHUB_STEP_SUMMARY', file, async (name) =>
    cutSummary(await readFile(name, 'utf8').catch(absentAsEmpty), markdown),
  );
}

function absentAsEmpty(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') {
    throw error;
  }
  return '';
}

async function append(
  variable: 'GITHUB_OUTPUT' | 'GITHUB_STEP_SUMMARY',
  file: string | undefined,
  text: (file: string) => Promise<string>,
): Promise<void> {
  if (file === undefined || file === '') {
    return;
  }
  try {
    await appendFile(file, await text(file));
  } catch (cause) {
    throw new EngineError(`${variable} names ${file}, which cannot be written. Fix or unset ${variable}.`, { cause });
  }
}
