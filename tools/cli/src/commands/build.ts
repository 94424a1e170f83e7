/** `pysan build <image>`: resolves the request, and has Nx build the images of the chain that the engine lacks. */
import type { Command } from 'commander';

import { addSchemaOptions, normaliseOptions, type Options, readSchema } from '../schema-options.ts';
import { root } from '../root.ts';

const examples = `
Examples:
  pysan build numpy-tsan
  pysan build numpy-tsan --python 3.14.3t --numpy 2.4.6
  pysan build numpy-tsan --numpy ../numpy              your source tree, uncommitted changes included
  pysan build numpy-tsan --python 3.16t-dev            the main branches of CPython and numpy
  pysan build scipy-tsan --parents ghcr.io/acme        pull the parents that are published there
`;

export function register(program: Command): void {
  const properties = readSchema('build');
  const command = program
    .command('build <image>')
    .summary('build an image and its parents from source')
    .description('Builds an image and its parents from source. An image that is up to date is not built again.')
    .addHelpText('after', examples);
  addSchemaOptions(command, properties).action(async (image: string, given: Options) => {
    const { requireNamespace, resolveImage } = await import('../resolve-request.ts');
    const { ensureBuilt, getBase } = await import('../ensure-built.ts');
    const options = normaliseOptions(properties, given);
    requireNamespace(options, 'parents');
    const resolved = await resolveImage(image, options, getBase);
    process.exitCode = await ensureBuilt(root, resolved, options['parents']);
  });
}
