/**
 * Maintains one pull request with the files that `pysan resolve --apply` wrote and those generated from them. It gates
 * nothing: releases that workflows take as inputs are built before it is merged.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { type Accesses, type Proposal, type ProposedFile, propose, withdraw } from '@pysan/github';
import { UsageError } from '@pysan/model';
import { execa } from 'execa';

import type { Resolution } from './resolve-locks.ts';

export interface OfferWorld {
  /** The root of the repository: a clone whose HEAD is on GitHub. */
  readonly root: string;
  readonly gitHub: Accesses;
}

/** The result for the pull request, and its URL if it is open. */
export type OfferResult = { readonly offeredIn: string } | 'kept' | 'nothing to offer';

const branch = 'pysan/locks';

/** Throws a UsageError if the working copy has other changes. */
export async function requireClean(root: string): Promise<void> {
  const changed = await listChanged(root);
  if (changed.length > 0) {
    throw new UsageError(
      `The pull request may contain only the locks, but the working copy has other changes: ${changed.join(', ')}.`,
    );
  }
}

/**
 * Opens or updates the pull request, or closes it when all is merged. It stays open while an upstream does not answer. Throws
 * an UpstreamError.
 */
export async function offerLocks(
  { root, gitHub }: OfferWorld,
  content: Pick<Proposal, 'title' | 'text'>,
  { failures }: Pick<Resolution, 'failures'>,
): Promise<OfferResult> {
  const files = await Promise.all((await listChanged(root)).map((file) => readChanged(root, file)));
  if (files.length > 0) {
    const { stdout: base } = await execa('git', ['rev-parse', 'HEAD'], { cwd: root });
    const proposal = { branch, into: gitHub.branch, base, files, ...content };
    return { offeredIn: await propose(gitHub.issues, proposal) };
  }
  if (failures.length > 0) {
    return 'kept';
  }
  await withdraw(gitHub.issues, branch);
  return 'nothing to offer';
}

async function listChanged(root: string): Promise<string[]> {
  const options = ['--modified', '--others', '--exclude-standard', '--deduplicate', '-z'];
  const { stdout } = await execa('git', ['ls-files', ...options], { cwd: root });
  return stdout.split('\0').filter((file) => file !== '');
}

async function readChanged(root: string, file: string): Promise<ProposedFile> {
  const absolute = path.join(root, file);
  const isExecutable = ((await stat(absolute)).mode & 0o100) !== 0;
  return { path: file, mode: isExecutable ? '100755' : '100644', content: await readFile(absolute, 'utf8') };
}
