/** `pysan publish <image> --to REGISTRY`: resolves the request, and publishes the chain or shows the steps. */
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
      'Publishes an image and its parents: pushes each, pulls it back and verifies it, attaches the evidence, signs, and moves the tags. Without --apply it shows what would happen.',
    );
  addSchemaOptions(command, properties).addHelpText('after', examples).action(publish);

  async function publish(image: string, given: Options): Promise<void> {
    const options = normaliseOptions(properties, given);
    const { to, apply = false } = options;
    if (typeof to !== 'string') {
      throw new UsageError('--to is missing. Name the registry with its owner: --to ghcr.io/acme');
    }
    const [{ parseNamespace }, { requireNamespace, resolveImage }, publishing, bases] = await Promise.all([
      import('@pysan/registry'),
      import('../resolve-request.ts'),
      import('@pysan/publishing'),
      import('../ensure-built.ts'),
    ]);
    requireNamespace(options, 'to');
    const destination = { root, namespace: parseNamespace(to), report: console.error };
    if (apply === true) {
      await publishing.withPublishWorld(destination, async (world) =>
        publishing.publishChain(world, await resolveImage(image, options, bases.getBase)),
      );
      return;
    }
    const { findBase } = await import('@pysan/releases');
    const resolved = await resolveImage(image, options, findBase);
    await publishing.withForetellWorld(destination, (world) => publishing.foretellChain(world, resolved));
    console.error(unchanged);
  }
}
