/**
 * The command line: `pysan <command> …`. The commands are in commands/, one file each; what they need is
 * imported when they run, so that `--help` stays quick.
 *
 * Exit codes: 0 done, 1 failed, 2 bad input, 130 Ctrl-C. `run` passes on the exit code of its command.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describeSystemError, exitCodeOf, isExpected } from '@pysan/model';
import { Command, CommanderError } from 'commander';

import * as baseline from './commands/baseline.ts';
import * as build from './commands/build.ts';
import * as ci from './commands/ci.ts';
import * as coordinate from './commands/coordinate.ts';
import * as develop from './commands/develop.ts';
import * as diff from './commands/diff.ts';
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
import * as testProject from './commands/test-project.ts';
import * as verified from './commands/verified.ts';
import * as verify from './commands/verify.ts';
import * as watch from './commands/watch.ts';
import * as why from './commands/why.ts';
import { guardConsole } from './output/guard-console.ts';
import { root } from './root.ts';

/** The commands, in the groups of `--help`. */
const groups = {
  'Use:': [run, testProject, images, why, diff, tags],
  'Build:': [build, verify, baseline, sbom, graph, doctor, engine],
  'Publish:': [plan, publish, rollback, prune, pins],
  'Operate:': [latest, resolve, ready, coordinate, develop, watch],
  'Develop:': [test, e2e, verified, ci],
};

const more = 'Without --apply nothing changes in a registry, on GitHub or in versions/.';

function createProgram(): Command {
  const program = new Command('pysan')
    .usage('<command> …   "pysan help <command>" shows options and examples.')
    .version(readVersion())
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      visibleCommands: ({ commands }) => [...commands],
      visibleOptions: ({ parent, options }) => options.filter(({ hidden }) => parent !== null && !hidden),
    })
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', more);
  for (const [heading, commands] of Object.entries(groups)) {
    program.commandsGroup(heading);
    commands.forEach((command) => {
      command.register(program);
    });
  }
  program.commands.flatMap((command) => [command, ...command.commands]).forEach(listOptionsAfterError);
  return program.showHelpAfterError('"pysan --help" lists the commands.');
}

/** After bad usage of a command, lists its options. Commander alone suggests only an option with a similar name. */
function listOptionsAfterError(command: Command): void {
  const shown = command.options.filter(({ hidden }) => !hidden).map(({ long }) => String(long));
  command.showHelpAfterError(`Options of ${command.name()}: ${[...shown, '--help'].join(', ')}`);
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { readonly version: string };
  return version;
}

async function main(): Promise<void> {
  guardConsole(console);
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

/** The first Ctrl-C gives the command time to clean up. The second one ends it at once. */
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

/** `pysan … | head` closes the pipe when it has seen enough. That is not a failure. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
    process.exit();
  });
}

/** Prints the error, unless commander has printed it, and returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : 2;
  }
  const message = isExpected(error) ? error.message : describeSystemError(error);
  console.error(message === undefined ? error : `pysan: ${message}`);
  return exitCodeOf(error);
}

await main();
