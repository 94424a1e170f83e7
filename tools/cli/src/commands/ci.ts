/** `pysan ci`, which is `.ci/run`: runs the tests, and the images and end-to-end tests whose inputs have changed. */
import type { Command } from 'commander';

import { root } from '../root.ts';

export function register(program: Command): void {
  program
    .command('ci')
    .summary('run everything that CI runs')
    .description(
      'Runs everything that CI runs: all tests, and the images and slow tests whose inputs have changed since they passed.',
    )
    .addHelpText('after', '\nExamples:\n  pysan ci\n  pysan ci --all')
    .option('--all', 'run everything, changed or not')
    .action(async ({ all = false }: { readonly all?: boolean }) => {
      const { runStages } = await import('../ci/run-stages.ts');
      process.exitCode = await runStages(root, all);
    });
}
