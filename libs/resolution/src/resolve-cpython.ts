/** Which CPython a request means: a locked or published release, the newest commit of a branch, or a tree of the user's own. */
import { formatPythonTag, parsePythonTag, type PythonTag, type Release, seriesOf, UsageError } from '@pysan/model';
import { findCpythonRelease } from '@pysan/sources';
import { listVersions, type Locks, selectCpython } from '@pysan/versions';
import { readCpythonVersion } from '@pysan/workspace';

import { findCommitOnce, isCommit } from './branch-commit.ts';
import { findDefaultPython } from './default-python.ts';
import { isPath, readOwnTree, refuseUnlocked } from './own-tree.ts';
import type { BuildRequest, ResolvedSource } from './request.ts';

export interface ResolvedCpython {
  readonly cpython: ResolvedSource;
  readonly python: PythonTag;
  /** Why this Python, when nobody named one. */
  readonly reason?: string;
}

/** Resolves the Python of a request. UsageError for what does not exist or does not go together. */
export async function resolveCpython(request: BuildRequest, locks: Locks): Promise<ResolvedCpython> {
  const { cpython, locked } = request;
  if (cpython !== undefined && isPath(cpython)) {
    refuseUnlocked(locked, cpython);
    return resolveTree(request, cpython);
  }
  const { tag, reason } = await chooseTag(request, locks);
  if (cpython !== undefined && !(tag.dev && isCommit(cpython))) {
    throw new UsageError(
      `--cpython ${cpython}: expected the folder of a source tree (starting with . or /) or, with a development branch as --python, a full commit.`,
    );
  }
  const release = tag.dev ? await resolveBranch(tag, request, locks) : await resolveRelease(tag, locked, locks);
  const python = { ...tag, version: release.version };
  return { cpython: { release }, python, ...(reason === undefined ? {} : { reason }) };
}

async function chooseTag({ python }: BuildRequest, locks: Locks): Promise<{ tag: PythonTag; reason?: string }> {
  if (python !== undefined) {
    return { tag: parsePythonTag(python) };
  }
  const { version, reason } = await findDefaultPython(locks);
  return { tag: { version, freeThreaded: true, dev: false }, reason };
}

async function resolveTree({ python }: BuildRequest, folder: string): Promise<ResolvedCpython> {
  const tree = await readOwnTree('cpython', folder);
  const version = await readCpythonVersion(tree.folder);
  const tag = tagOfTree(version, python);
  const release: Release = { component: 'cpython', version: tag.version, tree: tree.hash, locked: false };
  return { cpython: { release, tree }, python: tag };
}

/**
 * The Python tag for a tree of that version: free-threaded unless `python` says otherwise, and that of a development
 * branch for what comes before a first pre-release is out or after it (`3.16.0a0`, `3.16.0a2+`).
 */
export function tagOfTree(version: string, python: string | undefined): PythonTag {
  const isBranch = /\d+\.\d+\.\d+(a0|(a|b|rc)\d+\+)$/.test(version);
  const own = isBranch ? seriesOf(version) : version.replace(/\+$/, '');
  if (python === undefined) {
    return { version: own, freeThreaded: true, dev: isBranch };
  }
  const tag = parsePythonTag(python);
  if (![own, seriesOf(own)].includes(tag.version)) {
    throw new UsageError(`The source tree is CPython ${version}, not ${formatPythonTag(tag)}.`);
  }
  return { ...tag, version: tag.dev ? tag.version : own, dev: tag.dev || isBranch };
}

async function resolveBranch(tag: PythonTag, { cpython, locked }: BuildRequest, locks: Locks): Promise<Release> {
  const python = formatPythonTag(tag);
  const { channels, repository } = locks.cpython;
  refuseUnlocked(locked, python);
  const branch = channels.find((channel) => channel.tag === python)?.branch;
  if (branch === undefined) {
    const known = channels.map((channel) => channel.tag).join(', ') || 'none';
    throw new UsageError(`There is no development branch ${python}. Development branches: ${known}.`);
  }
  const commit = cpython ?? (await findCommitOnce(repository, branch));
  if (commit === undefined) {
    throw new UsageError(
      `${repository} has no branch "${branch}", which versions/cpython/lock.json names for ${python}.`,
    );
  }
  return { component: 'cpython', version: tag.version, commit, repository, locked: false };
}

async function resolveRelease(tag: PythonTag, locked: boolean, locks: Locks): Promise<Release> {
  const held = selectCpython(locks.cpython.releases, tag);
  const found = held ?? (locked ? undefined : await findCpythonRelease(tag.version));
  if (found === undefined) {
    const where = locked ? 'the lock' : 'the lock or at python.org';
    throw new UsageError(
      `There is no CPython ${tag.version} in ${where}. ${listVersions('Locked', locks.cpython.releases)}`,
    );
  }
  return { component: 'cpython', version: found.version, sha256: found.sha256, locked: held !== undefined };
}
