/** `pysan resolve`: what is new upstream, against the locks; `--apply` writes the locks. */
import type { Command as Program } from 'commander';

import type { Command } from '../resolve/run-resolve.ts';
import { root } from '../root.ts';

const examples = `
Examples:
  pysan resolve                  look, and change nothing
  pysan resolve --apply          write versions/: git diff shows the news
  pysan resolve --pull-request   write them, and offer that as one pull request that is kept up to date

For a pull request it takes GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN from the environment, as GitHub Actions sets them.

Exit codes: 0 all upstreams answered, 1 one did not: the lock of its component stays as it is.
`;

interface Options {
  readonly apply?: boolean;
  readonly json?: boolean;
  readonly preRelease?: boolean;
  readonly pullRequest?: boolean;
}

export function register(program: Program): void {
  program
    .command('resolve')
    .description('say what is new upstream, against the locks')
    .option('--apply', 'write it into the locks, versions/*/lock.json')
    .option('--pull-request', 'write it, and offer the change as a pull request')
    .option('--pre-release', 'count alphas, betas and release candidates too')
    .option('--json', 'print the news as JSON')
    .addHelpText('after', examples)
    .action(resolve);
}

async function resolve({
  apply = false,
  json = false,
  preRelease = false,
  pullRequest = false,
}: Options): Promise<void> {
  const { findSites } = await import('@pysan/resolution');
  const { runResolve } = await import('../resolve/run-resolve.ts');
  const sites = findSites(process.env, root);
  const offering = pullRequest ? { apply: true, offer: await prepareOffer() } : { apply };
  await runResolve({ root, sites, preRelease, json, ...offering }, console);
}

async function prepareOffer(): Promise<NonNullable<Command['offer']>> {
  const [{ execa }, { findRepository }] = await Promise.all([import('execa'), import('@pysan/github')]);
  const { offerLocks, requireClean } = await import('../resolve/offer-locks.ts');
  const gitHub = findRepository(process.env);
  await requireClean(root);
  const generate = () => execa('node_modules/.bin/nx', ['sync'], { cwd: root, stdout: 'ignore' });
  return (resolution) => offerLocks({ root, gitHub, generate }, resolution);
}
