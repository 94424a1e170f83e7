/** `pysan e2e`: the tests in tools/e2e, against a real engine, real registries and real images. */
import type { Command } from 'commander';

import { root } from '../root.ts';

export interface E2eOptions {
  readonly all?: boolean;
  readonly record?: boolean;
}

const examples = `
Examples:
  pysan e2e
  pysan e2e graph registry      these specs alone
  pysan e2e --all
`;

export function register(program: Command): void {
  program
    .command('e2e [specs...]')
    .summary('run the end-to-end tests')
    .description(
      'Runs the end-to-end tests against real engines, registries and images. A slow test runs only when its inputs have changed since it passed.',
    )
    .addHelpText('after', examples)
    .option('--all', 'run all of them')
    .option('--record', 'record in the repository the tests that passed here with their present inputs; run nothing')
    .action(async (names: readonly string[], { all = false, record = false }: E2eOptions) => {
      const { recordSpecs, runSpecs } = await import('../e2e/run-specs.ts');
      await (record ? recordSpecs(root) : runSpecs(root, names, all));
    });
}
