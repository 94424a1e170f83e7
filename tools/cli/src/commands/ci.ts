/** `pysan ci`, which is `.ci/run`: the tests, the images and the end-to-end tests, as far as they must run. */
import type { Command } from 'commander';

import { root } from '../root.ts';

export function register(program: Command): void {
  program
    .command('ci')
    .description('run what CI runs: all tests, and the images and long tests that have changed since they passed')
    .option('--all', 'leave nothing out')
    .action(async ({ all = false }: { readonly all?: boolean }) => {
      const { runStages } = await import('../ci/run-stages.ts');
      process.exitCode = await runStages(root, all);
    });
}
