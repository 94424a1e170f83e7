/** The folder and the command of `pysan test-project`. */
import { stat } from 'node:fs/promises';
import path from 'node:path';

import { UsageError } from '@pysan/model';

const markers = ['pyproject.toml', 'setup.py'];

/** The absolute path of a folder with a Python project. Throws a UsageError for anything else. */
export async function requireProject(folder: string): Promise<string> {
  const project = path.resolve(folder);
  if (!(await isA('isDirectory', project))) {
    throw new UsageError(`${folder} is not a folder.`);
  }
  const found = await Promise.all(markers.map((name) => isA('isFile', path.join(project, name))));
  if (!found.includes(true)) {
    throw new UsageError(`${folder} has neither ${markers.join(' nor ')}. Name the root of a Python project.`);
  }
  return project;
}

async function isA(kind: 'isDirectory' | 'isFile', file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found?.[kind]() === true;
}

/** Builds if wanted, then tests. `words` are options of `san pytest`. They are passed as arguments, never as part of the script. */
export function sanCommand(words: readonly string[], build: boolean): readonly string[] {
  return build ? ['bash', '-c', 'san build . && exec san pytest "$@"', 'san', ...words] : ['san', 'pytest', ...words];
}
