/** Answers a lookup: asks python.org, the package index or a git host, or reads a user's own source tree. */
import path from 'node:path';

import { type PythonTag, UpstreamError, UsageError } from '@pysan/model';
import { type Choice, describeUnknown, type Lookup, releaseOf, releaseOfCommit, requireFit } from '@pysan/planning';
import { findCpythonRelease, findLibraryRelease } from '@pysan/sources';
import type { Locks } from '@pysan/versions';
import { readSourceTree, type SourceTree } from '@pysan/workspace';

import type { ResolvedSource, Upstreams } from './upstreams.ts';

export interface LookupContext extends Upstreams {
  readonly python: PythonTag;
  readonly locks: Locks;
}

/** The release for a choice. Throws a UsageError if it does not exist or fit, and an UpstreamError if that cannot be told. */
export async function answerLookup(choice: Choice, context: LookupContext): Promise<ResolvedSource> {
  if ('release' in choice) {
    return choice;
  }
  const { lookup } = choice;
  switch (lookup.find) {
    case 'release':
      return { release: await lookUpRelease(lookup, context) };
    case 'commit':
      return { release: releaseOfCommit(lookup, await lookUpCommit(lookup, context)) };
    case 'tree': {
      const tree = await readOwnTree(lookup.component, context.folder, lookup.folder);
      return { release: { component: lookup.component, version: 'local', tree: tree.hash, locked: false }, tree };
    }
  }
}

/** Reads the tree that an option names, relative to the user's current folder. Throws a UsageError as readSourceTree does. */
export function readOwnTree(component: string, folder: string, text: string): Promise<SourceTree> {
  return readSourceTree(component, path.resolve(folder, text));
}

async function lookUpRelease(
  { component, version, absent }: Extract<Lookup, { find: 'release' }>,
  { sites, python, locks }: LookupContext,
) {
  if (component === 'cpython') {
    const found = (await findCpythonRelease(version, sites.pythonOrg)) ?? refuse(absent);
    return releaseOf(component, found, false);
  }
  const found = (await findLibraryRelease(component, version, await sites.findPackageIndex())) ?? refuse(absent);
  requireFit(component, found, python, locks);
  return releaseOf(component, found, false);
}

async function lookUpCommit(lookup: Extract<Lookup, { find: 'commit' }>, { sites }: LookupContext): Promise<string> {
  const { component, repository, branch, absent } = lookup;
  try {
    return (await sites.findCommit(repository, branch)) ?? refuse(absent);
  } catch (cause) {
    // Most likely a mistyped release, whatever git's error says.
    if (cause instanceof UpstreamError && /^v?\d/.test(branch) && component !== 'cpython') {
      const message = `${describeUnknown(component, branch)}, nor, as far as is known, a branch.`;
      throw new UsageError(`${message} ${cause.message}`, { cause });
    }
    throw cause;
  }
}

function refuse(message: string): never {
  throw new UsageError(message);
}
