/** What `pysan resolve` prints for people. Pure. */
import path from 'node:path';

import { printable } from '@pysan/model';
import { alignRows } from '@pysan/verification';
import type { News } from '@pysan/versions';

import type { Failure, OfferResult, Resolution } from '@pysan/resolution';

const states = {
  new: 'new',
  current: 'up to date',
  none: 'not buildable',
  attention: 'attention',
  branch: 'a build takes its newest commit',
} as const;

/** A line for each thing that was looked up, and for each component that could not be. */
export function formatTable({ news, failures }: Pick<Resolution, 'news' | 'failures'>): string {
  const head = ['COMPONENT', 'FOR', 'LOCKED', 'UPSTREAM', 'NEWS'];
  const rows = [head, ...news.map(toRow), ...failures.map(toFailedRow)];
  return alignRows(rows).join('\n');
}

function toRow({ component, subject, state, locked, upstream, reason }: News): string[] {
  const text = reason === undefined ? states[state] : `${states[state]} (${reason})`;
  return [component, subject, shorten(locked), shorten(upstream), text];
}

function toFailedRow({ component }: Failure): string[] {
  return [component, '', '', '?', 'unknown'];
}

/** Of a digest or a commit 12 digits; JSON has them all. */
function shorten(version = '-'): string {
  return version.replace(/[0-9a-f]{40,}/, (digits) => digits.slice(0, 12));
}

/** What may be done with it, or was done; after a failure never that there is nothing. */
export function formatOutcome({ failures, changes }: Resolution, isApplied: boolean): string | undefined {
  const files = Object.keys(changes);
  if (files.length > 0) {
    return isApplied ? `Wrote ${files.join(', ')}.` : `--apply would write ${files.join(', ')}.`;
  }
  return failures.length === 0 ? 'The lock is up to date.' : undefined;
}

/** Names all components whose upstream could not tell, with what it said. */
export function formatFailures(failures: readonly Failure[]): string {
  const lines = failures.map(({ component, message }) => `  - ${component}: ${message.replaceAll('\n', '\n    ')}`);
  return `These upstreams did not answer; their locks stay as they are:\n${lines.join('\n')}`;
}

/** Of the pull request. */
export function formatOfferTitle({ changes }: Resolution): string {
  const components = new Set(Object.keys(changes).map((file) => path.basename(path.dirname(file))));
  return `versions: ${components.size === 0 ? 'what is generated from the locks' : [...components].join(', ')}`;
}

/** Of the pull request, in Markdown. */
export function formatOfferText({ news, failures }: Resolution): string {
  const worthTelling = news.filter(({ state }) => state === 'new' || state === 'attention');
  return [
    'New upstream, as found by `./pysan resolve`:',
    '',
    '```',
    // What upstream says may not end the block.
    printable(formatTable({ news: worthTelling, failures })).replaceAll('`', "'"),
    '```',
    '',
    'Images do not wait for this: CPython, numpy and scipy are built ahead of the lock. Base, LLVM, OpenBLAS and the Python',
    'tools are used once it is merged. pysan keeps this pull request up to date; commits pushed to its branch are lost.',
  ].join('\n');
}

export function formatOffer(result: OfferResult): string {
  if (typeof result === 'object') {
    return `Offered in ${result.offeredIn}`;
  }
  return result === 'kept' ? 'The pull request stays as it is.' : 'There are no changes to offer.';
}

export function formatJson({ news, failures, changes }: Resolution, applied: boolean): string {
  return JSON.stringify({ news, failures, changes: Object.keys(changes), applied }, undefined, 2);
}
