/** `pysan e2e`: the controls in tools/e2e, against a real engine and real images. */
import type { Command } from 'commander';

// Of one test: a build of the whole chain with an empty cache stays below.
const minutesMax = 25;

const jest = [
  '--runInBand',
  '--verbose',
  `--testTimeout=${minutesMax * 60_000}`,
  '--testMatch=<rootDir>/tools/e2e/**/*.spec.ts',
  // Replaces the configuration's list, which leaves these tests out of `pysan test`.
  '--testPathIgnorePatterns=/node_modules/',
];

export function register(program: Command): void {
  program
    .command('e2e')
    .description('run the end-to-end tests: each proof must pass, and fail where it must')
    .action(async () => {
      const { runSteps } = await import('../test-steps.ts');
      await runSteps([{ name: 'e2e', command: ['npm', 'run', '--silent', 'jest', '--', ...jest], jest: true }]);
    });
}
