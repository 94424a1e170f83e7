/** `pysan coordinate`: decides what GitHub should build next for a registry. `--apply` starts it and maintains the issues. */
import type { CoordinationWorld } from '@pysan/releases';
import type { Command } from 'commander';

import type { CoordinationOutput } from '../output/report-coordination.ts';
import { root } from '../root.ts';

const examples = `
Examples:
  pysan coordinate --from ghcr.io/acme            show the state, and change nothing
  pysan coordinate --from ghcr.io/acme --apply    start the builds whose parents are fresh, and update the issues

It reads GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN from the environment. GitHub Actions sets both. If DISPATCH_TOKEN
is set, it starts the runs.

Exit codes: 0 every build is fresh or on its way, 1 at least one failed or is unknown, 2 bad input.
`;

interface Options {
  readonly from: string;
  readonly apply?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('coordinate')
    .summary('start the builds that GitHub Actions should run next')
    .description(
      'Shows the state of each tracked build, and the builds that GitHub Actions should run next. With --apply it starts them.',
    )
    .requiredOption('--from <registry>', 'registry and owner: ghcr.io/acme')
    .option('--apply', 'start the runs; open, update and close the issues about failures')
    .option('--json', 'print the table as JSON')
    .addHelpText('after', examples)
    .action(coordinate);
}

async function coordinate({ from, apply = false, json = false }: Options): Promise<void> {
  const [
    { findRepository },
    { connect, parseNamespace },
    { registryReader, findBase, withSignatures },
    { findSites },
    { readLocks },
  ] = await Promise.all([
    import('@pysan/github'),
    import('@pysan/registry'),
    import('@pysan/releases'),
    import('@pysan/resolution'),
    import('@pysan/workspace'),
  ]);
  const { env } = process;
  const namespace = parseNamespace(from);
  const gitHub = findRepository(env);
  const sites = findSites(env, root);
  const { identity } = await findBase((await readLocks(root)).debian, sites.dockerHub);
  const world = { root, sites, gitHub, baseIdentity: identity, now: Date.now() };
  await withSignatures(root, namespace, (readSignature) => {
    const read = registryReader(connect(namespace, env), namespace, readSignature);
    return runCoordinate({ ...world, read, apply, json, summaryFile: env['GITHUB_STEP_SUMMARY'] }, console);
  });
}

/** The command, with its servers as arguments. */
export async function runCoordinate(
  { apply, json, summaryFile, ...world }: CoordinationWorld & CoordinationOutput,
  output: Pick<Console, 'log' | 'error'>,
): Promise<void> {
  const [{ coordinateBuilds }, { reportCoordination }] = await Promise.all([
    import('@pysan/releases'),
    import('../output/report-coordination.ts'),
  ]);
  await reportCoordination(await coordinateBuilds(world, apply), { apply, json, summaryFile }, output);
}
