/**
 * Offers what `pysan resolve --apply` wrote, and what is generated from it, as one pull request that is kept up to date.
 * It gates nothing: releases that workflows take as inputs are built before it is merged.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { type Accesses, type ProposedFile, propose, withdraw } from '@pysan/github';
import { UsageError } from '@pysan/model';
import { execa } from 'execa';

import { formatTable } from '../output/format-resolve.ts';
import type { Resolution } from '@pysan/resolution';

export interface Offer {
  /** Of the repository: a clone whose HEAD GitHub has. */
  readonly root: string;
  readonly gitHub: Accesses;
  /** Writes anew what is generated from the locks. */
  readonly generate: () => Promise<unknown>;
}

const branch = 'pysan/locks';

/** UsageError where the working copy holds changes that nobody asked to be offered. */
export async function requireClean(root: string): Promise<void> {
  const changed = await listChanged(root);
  if (changed.length > 0) {
    throw new UsageError(
      `The pull request may contain only the locks, but the working copy has other changes: ${changed.join(', ')}.`,
    );
  }
}

/** Opens the pull request, brings it up to date, or closes it when all is merged; answers what was done. Throws an UpstreamError. */
export async function offerLocks({ root, gitHub, generate }: Offer, resolution: Resolution): Promise<string> {
  await generate();
  const files = await Promise.all((await listChanged(root)).map((file) => readChanged(root, file)));
  if (files.length > 0) {
    const { stdout: base } = await execa('git', ['rev-parse', 'HEAD'], { cwd: root });
    const content = { title: titleFor(resolution), text: describe(resolution) };
    return `Offered in ${await propose(gitHub.issues, { branch, into: gitHub.branch, base, files, ...content })}`;
  }
  if (resolution.failures.length > 0) {
    return 'The pull request stays as it is.';
  }
  await withdraw(gitHub.issues, branch);
  return 'There are no changes to offer.';
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

function titleFor({ changes }: Resolution): string {
  const components = new Set(Object.keys(changes).map((file) => path.basename(path.dirname(file))));
  return `versions: ${components.size === 0 ? 'what is generated from the locks' : [...components].join(', ')}`;
}

function describe({ news, failures }: Resolution): string {
  const worthTelling = news.filter(({ state }) => state === 'new' || state === 'attention');
  return [
    'New upstream, as found by `./pysan resolve`:',
    '',
    '```',
    formatTable({ news: worthTelling, failures }),
    '```',
    '',
    'Images do not wait for this: CPython, numpy and scipy are built ahead of the lock. Base, LLVM, OpenBLAS and the Python',
    'tools are used once it is merged. pysan keeps this pull request up to date; commits pushed to its branch are lost.',
  ].join('\n');
}
