/** Builds a resolution by Nx, unless the engine has all of its builds. */
import { ensureBase, isBuilt } from '@pysan/building';
import { dockerEngine } from '@pysan/engine';
import { type Resolved, type ResolutionWorld, writeResolution } from '@pysan/resolution';

import { runNxTask } from './nx-task.ts';

const report = (line: string): void => {
  console.error(line);
};

/** The base that builds start from. Starts an engine if none runs, and pulls or bootstraps the base if the engine lacks it. */
export const getBase: ResolutionWorld['findBase'] = (lock) => ensureBase(lock, report);

/** Returns the exit code for the user: 0, or 1 when a build failed. Pulls published parents from `parents`, such as `ghcr.io/acme`. */
export async function ensureBuilt(root: string, resolved: Resolved, parents?: string | boolean): Promise<0 | 1> {
  if (await isBuilt({ engine: dockerEngine, report }, resolved)) {
    return 0;
  }
  const options = { resolution: await writeResolution(root, resolved), ...(parents === undefined ? {} : { parents }) };
  return runNxTask({ root, task: `${resolved.names.join()}:build`, options });
}
