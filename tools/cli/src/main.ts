/**
 * The command line: `pysan <command> …`. The commands are in commands/, one file each; what they need is
 * imported when they run, so that `--help` stays quick.
 *
 * Exit codes: 0 done, 1 failed, 2 bad input, 130 Ctrl-C; `run` passes on that of the command it ran.
 */
import { exitCodeOf, isExpected } from '@pysan/model';
import { Command, CommanderError } from 'commander';

import * as build from './commands/build.ts';
import * as ci from './commands/ci.ts';
import * as coordinate from './commands/coordinate.ts';
import * as develop from './commands/develop.ts';
import * as doctor from './commands/doctor.ts';
import * as e2e from './commands/e2e.ts';
import * as engine from './commands/engine.ts';
import * as graph from './commands/graph.ts';
import * as images from './commands/images.ts';
import * as latest from './commands/latest.ts';
import * as pins from './commands/pins.ts';
import * as plan from './commands/plan.ts';
import * as prune from './commands/prune.ts';
import * as publish from './commands/publish.ts';
import * as ready from './commands/ready.ts';
import * as resolve from './commands/resolve.ts';
import * as rollback from './commands/rollback.ts';
import * as run from './commands/run.ts';
import * as sbom from './commands/sbom.ts';
import * as tags from './commands/tags.ts';
import * as test from './commands/test.ts';
import * as verified from './commands/verified.ts';
import * as verify from './commands/verify.ts';
import * as watch from './commands/watch.ts';
import * as why from './commands/why.ts';

const examples = `
Examples:
  pysan build numpy-tsan                    make an image, and those it is built on
  pysan verify numpy-tsan                   prove with seeded bugs that it finds races
  pysan run numpy-tsan -- python test.py    run something in it, here
  pysan publish numpy-tsan --to ghcr.io/acme
                                            what publishing it would do; --apply does it
  pysan sbom numpy-tsan                     what is really inside, in SPDX, with licences
  pysan plan --from ghcr.io/acme            what is fresh there, what is to be built, and why
  pysan tags 3.14.3t                        the tags that a build gets, and why
  pysan images --from ghcr.io/acme          what is published: tags, age, size, proof
  pysan why ghcr.io/acme/numpy-tsan:3.14t   what it is made of, what was proven, is it fresh
  pysan rollback ghcr.io/acme/numpy-tsan:3.14t --apply
                                            back to what it named before
  pysan prune --from ghcr.io/acme           what would go from there, and why
  pysan pins ../scikit-image                what its workflows pin stays in the registry
  pysan latest python 3.14                  the newest release upstream
  pysan resolve                             what is new upstream, against the locks
  pysan coordinate --from ghcr.io/acme      what GitHub is to build now, and how all else stands
  pysan develop --to ghcr.io/acme           the same for the development branches of CPython
  pysan watch --from ghcr.io/acme           does all that is public still work for everybody?
  pysan doctor                              can this machine do all that?
  pysan engine stop                         end the engine that pysan started
  pysan test && pysan e2e                   test the repository itself, then the images
`;

function createProgram(): Command {
  const program = new Command('pysan')
    .description('Sanitizer-instrumented Python container images, built and proven.')
    .usage('<command> …')
    .helpCommand(false)
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      visibleOptions: ({ options }) => options.filter(({ hidden }) => !hidden),
    })
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', examples);
  [
    build,
    verify,
    verified,
    run,
    publish,
    sbom,
    graph,
    plan,
    tags,
    images,
    why,
    rollback,
    prune,
    pins,
    latest,
    ready,
    resolve,
    coordinate,
    develop,
    watch,
    doctor,
    engine,
    test,
    e2e,
    ci,
  ].forEach((command) => {
    command.register(program);
  });
  return program;
}

async function main(): Promise<void> {
  const isInterrupted = holdInterrupt();
  endWithReader();
  try {
    await createProgram().parseAsync();
  } catch (error) {
    process.exitCode = isInterrupted() ? 130 : report(error);
  }
  if (isInterrupted()) {
    process.exitCode = 130;
  }
}

/** Ctrl-C gives the command time to clean up; a second one does not. */
function holdInterrupt(): () => boolean {
  let interrupted = false;
  process.on('SIGINT', () => {
    if (interrupted) {
      process.exit(130);
    }
    interrupted = true;
  });
  return () => interrupted;
}

/** `pysan … | head` closes the pipe when it has seen enough: that is no failure. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
    process.exit();
  });
}

/** Prints what went wrong, unless commander has; answers the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : 2;
  }
  console.error(isExpected(error) ? `pysan: ${error.message}` : error);
  return exitCodeOf(error);
}

await main();
