/** `pysan resolve`: what is new upstream, against the locks; `--apply` writes the locks. */
import type { Command as Program } from 'commander';

import type { Command } from '../resolve/run-resolve.ts';
import { root } from '../root.ts';

const examples = `
Examples:
  pysan resolve                  list the new releases
  pysan resolve --apply          update versions/; git diff shows the changes
  pysan resolve --pull-request   update versions/ and open a pull request, or update the open one

--pull-request reads GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN from the environment. GitHub Actions sets both.

Exit codes: 0 all upstreams answered, 1 at least one did not. The lock of its component stays as it is.
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
    .summary('compare the locks with upstream, and update them')
    .description('Compares the locks in versions/ with upstream and lists the new releases.')
    .option('--apply', 'add the new releases to the locks, versions/*/lock.json')
    .option('--pull-request', 'update the locks and open a pull request')
    .option('--pre-release', 'include alphas, betas and release candidates')
    .option('--json', 'print the new releases as JSON')
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
