/** `pysan coordinate`: what GitHub is to build now, against a registry; `--apply` starts it and keeps the issues. */
import type { Command } from 'commander';

import { root } from '../root.ts';

const examples = `
Examples:
  pysan coordinate --from ghcr.io/acme            look, and change nothing
  pysan coordinate --from ghcr.io/acme --apply    start the builds whose parents are fresh, and keep the issues

It takes GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN from the environment, as GitHub Actions sets them;
DISPATCH_TOKEN, where it is set, starts the runs.

Exit codes: 0 all is fresh or on its way, 1 something failed or is unknown, 2 bad input.
`;

interface Options {
  readonly from: string;
  readonly apply?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('coordinate')
    .description('say what GitHub is to build now, and how each tracked build stands')
    .requiredOption('--from <registry>', 'where images are published: ghcr.io/acme')
    .option('--apply', 'start the runs; open, update and close the issues on failures')
    .option('--json', 'print the table as JSON')
    .addHelpText('after', examples)
    .action(coordinate);
}

async function coordinate({ from, apply = false, json = false }: Options): Promise<void> {
  const [
    { findRepository },
    { connect, parseNamespace },
    { registryReader, findBase },
    { findSites },
    { runCoordinate },
  ] = await Promise.all([
    import('@pysan/github'),
    import('@pysan/registry'),
    import('@pysan/releases'),
    import('@pysan/resolution'),
    import('../coordinate/run-coordinate.ts'),
  ]);
  const { readLocks } = await import('@pysan/workspace');
  const { env } = process;
  const namespace = parseNamespace(from);
  const gitHub = findRepository(env);
  const sites = findSites(env, root);
  const read = registryReader(connect(namespace, env), namespace);
  const { identity } = await findBase((await readLocks(root)).debian, sites.dockerHub);
  const world = { root, sites, read, gitHub, baseIdentity: identity, now: Date.now() };
  await runCoordinate({ ...world, apply, json, summaryFile: env['GITHUB_STEP_SUMMARY'] }, console);
}
