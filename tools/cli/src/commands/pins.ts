/** `pysan pins <folders>`: lists in pins.json what workflow files name by its bytes, so that `pysan prune` keeps it. */
import type { Command } from 'commander';

import { root } from '../root.ts';

interface PinsOptions {
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('pins <folders...>')
    .description('add to pins.json the images that workflow files name by digest or immutable tag')
    .option('--json', 'print what was added, and the whole list, as JSON')
    .action(pins);
}

async function pins(folders: readonly string[], { json = false }: PinsOptions): Promise<void> {
  const [{ updatePins }, { formatUpdate }] = await Promise.all([
    import('@pysan/releases'),
    import('../output/format-update.ts'),
  ]);
  const update = await updatePins(root, folders);
  console.log(json ? JSON.stringify({ added: update.added, pins: update.pins }, undefined, 2) : formatUpdate(update));
}
