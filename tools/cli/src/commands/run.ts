/** `pysan run <image> -- command…`: runs a container on the current folder, with the settings that a sanitizer needs. */
import type { Command } from 'commander';

import type { Extras } from '../run/container.ts';

interface RunOptions extends Extras {
  readonly python?: string;
}

const examples = `
Examples:
  pysan run numpy-tsan -- python test.py
  pysan run numpy-tsan --env TZ=UTC --volume ../data:/data:ro -- python read.py
  pysan run numpy-tsan --python 3.14t -- bash -c 'build-wheel . && python -m pytest'

The exit code is that of the command.
`;

export function register(program: Command): void {
  program
    .command('run')
    .summary('run a command in an image, on the current folder')
    .description(
      'Runs a command in an image that was built here, on the current folder and as your user. Without a command it opens a shell.',
    )
    .usage('<image> [options] [-- command…]')
    .argument('<image>')
    .argument('[command...]')
    .option(
      '--python <tag>',
      'a release, series or development branch: 3.14.3t, 3.14t, 3.16t-dev (default: the image that was built last)',
    )
    .option('--env <name[=value]>', 'set a variable, or pass on one of yours; repeatable', collect)
    .option('--volume <folder:path[:ro]>', 'mount a folder or file of yours; repeatable', collect)
    .option('--network <name>', "none, host or a network of the engine (default: the engine's own)")
    .addHelpText('after', examples)
    .action(run);
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

async function run(image: string, command: string[], { python, ...extras }: RunOptions): Promise<void> {
  const [{ requireImage }, { execContainer, openEngine, readHostFacts }, { containerFor, requireBuilt }] =
    await Promise.all([import('../require-image.ts'), import('@pysan/engine'), import('../run/container.ts')]);
  await requireImage(image);
  await openEngine({ report: console.error });
  const reference = await requireBuilt(image, python);
  const container = containerFor(reference, command, { process, facts: await readHostFacts() }, extras);
  process.exitCode = await execContainer(container);
}
