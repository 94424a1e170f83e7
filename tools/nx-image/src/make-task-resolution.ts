/** Makes the resolution for the tasks of an Nx run that has none. */
import type { BuildRequest } from '@pysan/planning';
import { findSites, makeResolution, type ResolutionWorld, type Resolved, writeResolution } from '@pysan/resolution';

export interface Task {
  readonly root: string;
  /** The images of the run. */
  readonly names: readonly string[];
  readonly request: BuildRequest;
  readonly report: (line: string) => void;
  readonly findBase: ResolutionWorld['findBase'];
}

/** The resolution and its path. Throws a UsageError for unknown or unsuitable releases. */
export async function makeTaskResolution({
  root,
  names,
  request,
  report,
  findBase,
}: Task): Promise<{ file: string; resolved: Resolved }> {
  const world = {
    root,
    // Nx runs at the root of the repository, whatever the current folder.
    folder: process.env['PWD'] ?? process.cwd(),
    sites: findSites(process.env, root),
    findBase,
  };
  const resolved = await makeResolution(world, names, request);
  if (resolved.reason !== undefined) {
    report(resolved.reason);
  }
  return { file: await writeResolution(root, resolved), resolved };
}
