/** Formats the output of `pysan pins` for people. Pure. */
import type { PinsUpdate } from '@pysan/releases';

/** One line for each new pin, with the files that contain it, then the counts. */
export function formatUpdate({ pins, added, sources, fileCount }: PinsUpdate): string {
  const lines = added.map((pin) => `+ ${pin}  ${(sources.get(pin) ?? []).join(', ')}`);
  const found = `${sources.size} ${sources.size === 1 ? 'pin' : 'pins'} in ${fileCount} ${fileCount === 1 ? 'file' : 'files'}`;
  return [...lines, `${found}, ${added.length} new; ${pins.length} in all`].join('\n');
}
