/** What `pysan test-project` needs besides a container: a folder with a project, and the command in the image. */
import { stat } from 'node:fs/promises';
import path from 'node:path';

import { UsageError } from '@pysan/model';

const markers = ['pyproject.toml', 'setup.py'];

/** Absolute path of a folder with a Python project; UsageError for anything else. */
export async function requireProject(folder: string): Promise<string> {
  const project = path.resolve(folder);
  if (!(await isA('isDirectory', project))) {
    throw new UsageError(`${folder} is no folder.`);
  }
  const found = await Promise.all(markers.map((name) => isA('isFile', path.join(project, name))));
  if (!found.includes(true)) {
    throw new UsageError(`${folder} has neither ${markers.join(' nor ')}: is it the root of a Python project?`);
  }
  return project;
}

async function isA(kind: 'isDirectory' | 'isFile', file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found?.[kind]() === true;
}

/** Builds, unless it is not wanted, then tests; `words` are options of `san pytest`. No word becomes part of the script. */
export function sanCommand(words: readonly string[], build: boolean): readonly string[] {
  return build ? ['bash', '-c', 'san build . && exec san pytest "$@"', 'san', ...words] : ['san', 'pytest', ...words];
}
