/** `pysan verify <image>`: has Nx verify the image; without --python the one that was built last. */
import type { Command } from 'commander';

import { addSchemaOptions, normaliseOptions, type Options, readSchema } from '../schema-options.ts';
import { root } from '../root.ts';

export function register(program: Command): void {
  const properties = readSchema();
  const command = program.command('verify <image>').description('prove with seeded bugs that an image finds them');
  addSchemaOptions(command, properties).action(async (image: string, given: Options) => {
    const options = await addLatest(image, normaliseOptions(properties, given));
    const { resolveOptions } = await import('../resolve-options.ts');
    const { runNxTask } = await import('../nx-task.ts');
    process.exitCode = await runNxTask({
      root,
      task: `${image}:verify`,
      options: await resolveOptions(image, options),
    });
  });
}

// What was built last is what its user means, and not what would be built today.
async function addLatest(image: string, options: Record<string, string | boolean>): Promise<typeof options> {
  if (options['python'] !== undefined) {
    return options;
  }
  const { inspectImage, openEngine } = await import('@pysan/engine');
  const { numpyLabel, pythonLabel, scipyLabel } = await import('@pysan/tagging');
  await openEngine({ report: (line) => console.error(line) });
  const labels = (await inspectImage(`${image}:latest`))?.labels ?? {};
  const built = { python: labels[pythonLabel], numpy: labels[numpyLabel], scipy: labels[scipyLabel] };
  const known = Object.entries(built).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(known), ...options };
}
