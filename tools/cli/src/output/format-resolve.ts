/** Formats the output of `pysan resolve` for people. Pure. */
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
  branch: 'builds use its newest commit',
} as const;

/** One line for each input that was looked up, and for each component whose lookup failed. */
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

/** The first 12 digits of a digest or commit. JSON has them all. */
function shorten(version = '-'): string {
  return version.replace(/[0-9a-f]{40,}/, (digits) => digits.slice(0, 12));
}

/** What --apply would write or wrote. After a failure it never says that the locks are up to date. */
export function formatOutcome({ failures, changes }: Resolution, isApplied: boolean): string | undefined {
  const files = Object.keys(changes);
  if (files.length > 0) {
    return isApplied ? `Wrote ${files.join(', ')}.` : `--apply would write ${files.join(', ')}.`;
  }
  return failures.length === 0 ? 'The lock is up to date.' : undefined;
}

/** Names every component whose upstream did not answer, with the error. */
export function formatFailures(failures: readonly Failure[]): string {
  const lines = failures.map(({ component, message }) => `  - ${component}: ${message.replaceAll('\n', '\n    ')}`);
  return `These upstreams did not answer; their locks stay as they are:\n${lines.join('\n')}`;
}

/** The title of the pull request. */
export function formatOfferTitle({ changes }: Resolution): string {
  const components = new Set(Object.keys(changes).map((file) => path.basename(path.dirname(file))));
  return `versions: ${components.size === 0 ? 'files generated from the locks' : [...components].join(', ')}`;
}

/** The text of the pull request, in Markdown. */
export function formatOfferText({ news, failures }: Resolution): string {
  const worthTelling = news.filter(({ state }) => state === 'new' || state === 'attention');
  return [
    'New releases upstream, found by `./pysan resolve`:',
    '',
    '```',
    // Text from upstream must not close the block.
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
