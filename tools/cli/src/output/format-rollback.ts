/** Formats a rollback, planned or done. Pure. */
import type { Rollback } from '@pysan/tagging';

/** The image that the tags leave, and where each tag goes. `name` is the name of the repository. */
export function formatRollback(name: string, { from, hold, moves, left }: Rollback): string {
  const width = Math.max(...[...moves, ...left].map(({ tag }) => tag.length));
  return [
    `${name}@${from}`,
    hold === undefined ? '  is already on hold' : `  gets a hold: ${hold.reason}`,
    ...moves.map(({ tag, to }) => `  ${tag.padEnd(width)}  → ${to}`),
    ...left.map(({ tag, reason }) => `  ${tag.padEnd(width)}  ${reason}`),
  ].join('\n');
}
