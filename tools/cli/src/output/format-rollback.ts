/** A rollback, before and after it is done. Pure. */
import type { Rollback } from '@pysan/tagging';

/** What the tags leave and where each goes. `name` is the repository's. */
export function formatRollback(name: string, { from, hold, moves, left }: Rollback): string {
  const width = Math.max(...[...moves, ...left].map(({ tag }) => tag.length));
  return [
    `${name}@${from}`,
    hold === undefined ? '  is on hold already' : `  gets a hold: ${hold.reason}`,
    ...moves.map(({ tag, to }) => `  ${tag.padEnd(width)}  → ${to}`),
    ...left.map(({ tag, reason }) => `  ${tag.padEnd(width)}  ${reason}`),
  ].join('\n');
}
