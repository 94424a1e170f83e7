/** `pysan run <image> -- command…`: a container with what a sanitizer needs, on the current folder. */
import type { Command } from 'commander';

interface RunOptions {
  readonly python?: string;
}

export function register(program: Command): void {
  program
    .command('run')
    .description('run a command in an image, on the current folder')
    .usage('<image> [--python <tag>] [-- command…]')
    .argument('<image>')
    .argument('[command...]')
    .option(
      '--python <tag>',
      'a release, series or development branch: 3.14.3t, 3.14t, 3.16t-dev; without it the image that was built last',
    )
    .action(run);
}

async function run(image: string, command: string[], { python }: RunOptions): Promise<void> {
  const [{ requireImage }, { execContainer, openEngine, readHostFacts }, { containerFor, requireBuilt }] =
    await Promise.all([import('../require-image.ts'), import('@pysan/engine'), import('../run/container.ts')]);
  await requireImage(image);
  await openEngine({ report: console.error });
  const reference = await requireBuilt(image, python);
  const container = containerFor(reference, command, { process, facts: await readHostFacts() });
  process.exitCode = await execContainer(container);
}
