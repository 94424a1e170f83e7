/** `pysan pins <folders>`: lists in pins.json what workflow files name by its bytes, so that `pysan prune` keeps it. */
import type { Command } from 'commander';

import { root } from '../root.ts';

interface PinsOptions {
  readonly json?: boolean;
}

const examples = `
Examples:
  pysan pins ../scikit-image
  pysan pins ../scikit-image ../pandas --json
`;

export function register(program: Command): void {
  program
    .command('pins <folders...>')
    .summary('keep the images that other repositories pin')
    .description(
      'Adds to pins.json the images that workflow files pin by digest or by an immutable tag, so that prune keeps them.',
    )
    .option('--json', 'print the added pins and the whole list as JSON')
    .addHelpText('after', examples)
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
