/** `pysan publish <image> --to REGISTRY`: checks the request, then has Nx publish the chain, or say how. */
import { UsageError } from '@pysan/model';
import type { Command } from 'commander';

import { addSchemaOptions, normaliseOptions, type Options, readSchema } from '../schema-options.ts';
import { root } from '../root.ts';
import { unchanged } from '../unchanged.ts';

const examples = `
Examples:
  pysan publish numpy-tsan --python 3.14.3t --to ghcr.io/acme           show what would happen
  pysan publish numpy-tsan --python 3.14.3t --to ghcr.io/acme --apply   push, verify, attach, sign, move the tags

On GitHub Actions the workflow signs; elsewhere the key pair in COSIGN_KEY and COSIGN_PASSWORD does. After a failure, run the
same command again: it continues where it stopped.
`;

export function register(program: Command): void {
  const properties = readSchema('publish');
  const command = program
    .command('publish <image>')
    .summary('push, verify and sign an image, then move its tags')
    .description(
      'Publishes an image and its parents: pushes, verifies what comes back, attaches the evidence, signs, and moves the tags. Without --apply it shows what would happen.',
    );
  addSchemaOptions(command, properties).addHelpText('after', examples).action(publish);

  async function publish(image: string, given: Options): Promise<void> {
    const [{ resolveOptions }, { runNxTask }, { requireSigner }] = await Promise.all([
      import('../resolve-options.ts'),
      import('../nx-task.ts'),
      import('@pysan/publishing'),
    ]);
    const options = normaliseOptions(properties, given);
    if (options['to'] === undefined) {
      throw new UsageError('--to is missing. Name the registry with its owner: --to ghcr.io/acme');
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
