/**
 * The locks with upstream's newest releases. Only the inputs of workflows run ahead of the locks on the branch. A run checks
 * out these locks, so all other changes (base, LLVM, OpenBLAS, tools) are built once they are merged.
 */
import { type RunningAhead, runningAhead } from '@pysan/planning';
import { type Locks, parseLock } from '@pysan/versions';
import { lockFile, readLocks } from '@pysan/workspace';

import { resolveLocks, type Sites } from '@pysan/resolution';

export interface UpstreamLocks {
  readonly locks: Locks;
  /** The components whose upstream did not answer, with the error. */
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
