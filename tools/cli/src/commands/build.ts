/** `pysan build <image>`: checks the request, then has Nx build the chain. */
import type { Command } from 'commander';

import { addSchemaOptions, normaliseOptions, type Options, readSchema } from '../schema-options.ts';
import { root } from '../root.ts';

export function register(program: Command): void {
  const properties = readSchema('build');
  const command = program.command('build <image>').description('build an image and the chain below it, from source');
  addSchemaOptions(command, properties).action(async (image: string, given: Options) => {
    const { resolveOptions } = await import('../resolve-options.ts');
    const { runNxTask } = await import('../nx-task.ts');
    process.exitCode = await runNxTask({
      root,
      task: `${image}:build`,
      options: await resolveOptions(image, normaliseOptions(properties, given)),
    });
  });
}
