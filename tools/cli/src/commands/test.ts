/** `pysan test`: runs all tests of the repository that need no container engine. */
import type { Command } from 'commander';

import type { Step } from '../test-steps.ts';

// The longest comes first, so that no long step is left over at the end.
const steps: readonly Step[] = [
  {
    name: 'unit tests, tidiness, project graph',
    // By default jest leaves one core free. The tests of `san` often wait for processes, so jest can use both cores.
    command: ['npm', 'run', '--silent', 'jest', '--', '--maxWorkers=100%'],
    jest: true,
  },
  { name: 'san: lint, types, tests by pytest', command: ['tools/san/check'] },
  { name: 'eslint', command: ['eslint', '.'] },
  { name: 'types', command: ['tsc', '--project', 'tsconfig.json'] },
  { name: 'formatting', command: ['prettier', '--check', '.'] },
  { name: 'generated text and defaults', command: ['nx', 'sync:check'] },
  { name: 'unused code and dependencies', command: ['knip'] },
];

export function register(program: Command): void {
  program
    .command('test')
    .summary('run lint, type checks and unit tests')
    .description(
      'Runs all tests of the repository that need no container engine: lint, types, formatting, generated files, unit tests.',
    )
    .addHelpText('after', '\nExamples:\n  pysan test')
    .action(async () => {
      const { runIndependentSteps } = await import('../test-steps.ts');
      await runIndependentSteps(steps);
    });
}
