/** `pysan e2e`: the tests in tools/e2e, against a real engine, real registries and real images. */
import type { Command } from 'commander';

import { root } from '../root.ts';

export interface E2eOptions {
  readonly all?: boolean;
  readonly record?: boolean;
}

export function register(program: Command): void {
  program
    .command('e2e [specs...]')
    .description('run the end-to-end tests; those that take long when what goes into them has changed')
    .option('--all', 'run them all')
    .option('--record', 'run none, but record in the repository those that passed here with what goes into them now')
    .action(async (names: readonly string[], { all = false, record = false }: E2eOptions) => {
      const { recordSpecs, runSpecs } = await import('../e2e/run-specs.ts');
      await (record ? recordSpecs(root) : runSpecs(root, names, all));
    });
}
