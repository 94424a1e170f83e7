/** Source trees in a request: `--numpy ../numpy`. */
import path from 'node:path';

import { UsageError } from '@pysan/model';
import { readSourceTree, type SourceTree } from '@pysan/workspace';

/** True for a path: what starts with `.` or `/` names a folder, anything else a release, branch or commit. */
export function isPath(text: string): boolean {
  return /^[./]/.test(text);
}

/**
 * Reads the tree that an option names. A relative path counts from where the user called, though Nx runs at the root
 * of the repository. UsageError as of readSourceTree.
 */
export function readOwnTree(component: string, text: string): Promise<SourceTree> {
  return readSourceTree(component, path.resolve(process.env['PWD'] ?? process.cwd(), text));
}

/** Refuses, with a UsageError, what no lock can hold when only locked releases are wanted. */
export function refuseUnlocked(locked: boolean, what: string): void {
  if (locked) {
    throw new UsageError(`--locked builds only releases that the lock holds, not ${what}.`);
  }
}
