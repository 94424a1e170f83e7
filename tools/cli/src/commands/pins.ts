/** `pysan pins <folders>`: adds the images that consumers' files pin to pins.json, so that `pysan prune` keeps them. */
import type { Command } from 'commander';

import { root } from '../root.ts';
import { unchanged } from '../unchanged.ts';

interface PinsOptions {
  readonly apply?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  pysan pins ../scikit-image                show what would be added
  pysan pins ../scikit-image ../pandas --apply
`;

export function register(program: Command): void {
  program
    .command('pins <folders...>')
    .summary('keep the images that other repositories pin')
    .description(
      'Adds to pins.json the images that workflows, Dockerfiles, devcontainer.json, TOML, Python and shell files pin by ' +
        'digest or by an immutable tag, so that prune keeps them. Warns about files that it could not read.',
    )
    .option('--apply', 'write pins.json')
    .option('--json', 'print the added pins and the whole list as JSON')
    .addHelpText('after', examples)
    .action(pins);
}

async function pins(folders: readonly string[], { apply = false, json = false }: PinsOptions): Promise<void> {
  const [{ updatePins }, { formatUpdate }] = await Promise.all([
    import('@pysan/releases'),
    import('../output/format-update.ts'),
  ]);
  const update = await updatePins(root, folders, apply);
  console.log(
    json
      ? JSON.stringify({ added: update.added, pins: update.pins, doubts: update.doubts }, undefined, 2)
      : formatUpdate(update),
  );
  update.doubts.forEach((doubt) => console.error(`warning: ${doubt}`));
  if (!apply && update.added.length > 0) {
    console.error(unchanged);
  }
}
