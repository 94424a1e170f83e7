/** `pysan test-project <folder>`: builds and tests the user's project in a container, by `san`. */
import type { Command } from 'commander';

interface TestProjectOptions {
  readonly image: string;
  readonly python?: string;
  readonly build: boolean;
}

const examples = `
Examples:
  pysan test-project ../multidict --image cpython-tsan
  pysan test-project . --image numpy-tsan --python 3.14t -- --repeat auto
  pysan test-project . --image cpython-asan --no-build -- --fail-on reached -- tests/test_lock.py -x

What follows -- goes to \`san pytest\`, and what follows a second -- to pytest. The results are in .san/ of the folder. The
exit code is san's: 0 clean, 1 tests failed, 2 usage, 3 nothing proven, 8 findings, 9 findings and failed tests.
`;

export function register(program: Command): void {
  program
    .command('test-project')
    .summary('build and test your project in an image, and report findings')
    .description(
      'Runs `san build` and `san pytest` on a folder in an image that was built here, as your user. The installation stays in the container.',
    )
    .usage('<folder> --image <image> [options] [-- san pytest options…]')
    .argument('<folder>')
    .argument('[words...]')
    .requiredOption('--image <image>', 'cpython-tsan, numpy-asan, …')
    .option('--python <tag>', 'a release or series: 3.14.3t, 3.14t (default: the image that was built last)')
    .option('--no-build', 'only run the tests, for a project with nothing to compile')
    .addHelpText('after', examples)
    .action(testProject);
}

async function testProject(folder: string, words: string[], options: TestProjectOptions): Promise<void> {
  const [
    { requireImage },
    { execContainer, openEngine, readHostFacts },
    { containerFor, requireBuilt },
    { requireProject, sanCommand },
  ] = await Promise.all([
    import('../require-image.ts'),
    import('@pysan/engine'),
    import('../run/container.ts'),
    import('../run/project.ts'),
  ]);
  await requireImage(options.image);
  const project = await requireProject(folder);
  await openEngine({ report: console.error });
  const reference = await requireBuilt(options.image, options.python);
  const { env, stdin, stdout, getuid, getgid } = process;
  const caller = { env, stdin, stdout, getuid, getgid, cwd: () => project };
  const command = sanCommand(words, options.build);
  const container = containerFor(reference, command, { process: caller, facts: await readHostFacts() });
  process.exitCode = await execContainer(container);
}
