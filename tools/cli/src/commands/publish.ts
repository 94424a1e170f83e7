/** `pysan publish <image> --to REGISTRY`: checks the request, then has Nx publish the chain, or say how. */
import { UsageError } from '@pysan/model';
import type { Command } from 'commander';

import { addSchemaOptions, normaliseOptions, type Options, readSchema } from '../schema-options.ts';
import { root } from '../root.ts';
import { unchanged } from '../unchanged.ts';

const examples = `
Examples:
  pysan publish numpy-tsan --python 3.14.3t --to ghcr.io/acme           what would happen
  pysan publish numpy-tsan --python 3.14.3t --to ghcr.io/acme --apply   push, verify, attach, sign, move the tags

It is signed as the workflow of GitHub Actions, else with the key pair that COSIGN_KEY and COSIGN_PASSWORD name. Run it again
after whatever went wrong: it goes on where it was.
`;

export function register(program: Command): void {
  const properties = readSchema('publish');
  const command = program
    .command('publish <image>')
    .description('publish an image and the chain below it, proven; without --apply say what would happen');
  addSchemaOptions(command, properties).addHelpText('after', examples).action(publish);

  async function publish(image: string, given: Options): Promise<void> {
    const [{ resolveOptions }, { runNxTask }, { requireSigner }] = await Promise.all([
      import('../resolve-options.ts'),
      import('../nx-task.ts'),
      import('@pysan/publishing'),
    ]);
    const options = normaliseOptions(properties, given);
    if (options['to'] === undefined) {
      throw new UsageError('Where to? Name the registry with its owner: --to ghcr.io/acme');
    }
    if (options['apply'] === true) {
      await requireSigner();
    }
    process.exitCode = await runNxTask({
      root,
      task: `${image}:publish`,
      options: await resolveOptions(image, options),
    });
    if (options['apply'] !== true && process.exitCode === 0) {
      console.error(unchanged);
    }
  }
}
