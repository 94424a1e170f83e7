/**
 * The locks as they would be by now. Only what a workflow takes as an input runs ahead of the locks on the branch: a
 * run checks out those, so everything else that moved (base, LLVM, OpenBLAS, tools) is built once it is merged.
 */
import { type RunningAhead, runningAhead } from '@pysan/planning';
import { type Locks, parseLock } from '@pysan/versions';
import { lockFile, readLocks } from '@pysan/workspace';

import { resolveLocks, type Sites } from '@pysan/resolution';

export interface UpstreamLocks {
  readonly locks: Locks;
  /** The components whose upstream could not tell, and what it said. */
  readonly doubts: ReadonlyMap<string, string>;
}

/** Asks the upstreams of some components, or of all that run ahead. Throws a ConfigError for a malformed lock. */
export async function readUpstreamLocks(
  root: string,
  sites: Sites,
  components: readonly RunningAhead[] = runningAhead,
): Promise<UpstreamLocks> {
  const [held, { changes, failures }] = await Promise.all([
    readLocks(root),
    resolveLocks({ root, sites, preRelease: false, only: components }),
  ]);
  const moved = components.flatMap((component) => {
    const file = lockFile(component);
    const text = changes[file];
    return text === undefined ? [] : [[component, parseLock(component, file, text)]];
  });
  return {
    locks: { ...held, ...(Object.fromEntries(moved) as Partial<Locks>) },
    doubts: new Map(failures.map(({ component, message }) => [component, message])),
  };
}
