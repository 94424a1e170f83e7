/** `pysan resolve`: what is new upstream, against the locks; `--apply` writes the locks. */
import type { Command } from 'commander';

import { root } from '../root.ts';

const examples = `
Examples:
  pysan resolve                  look, and change nothing
  pysan resolve --apply          write versions/: git diff shows the news

Exit codes: 0 all upstreams answered, 1 one did not: the lock of its component stays as it is.
`;

interface Options {
  readonly apply?: boolean;
  readonly json?: boolean;
  readonly preRelease?: boolean;
}

export function register(program: Command): void {
  program
    .command('resolve')
    .description('say what is new upstream, against the locks')
    .option('--apply', 'write it into the locks, versions/*/lock.json')
    .option('--pre-release', 'count alphas, betas and release candidates too')
    .option('--json', 'print the news as JSON')
    .addHelpText('after', examples)
    .action(resolve);
}

async function resolve({ apply = false, json = false, preRelease = false }: Options): Promise<void> {
  const { findSites } = await import('../resolve/sites.ts');
  const { runResolve } = await import('../resolve/run-resolve.ts');
  const sites = findSites(process.env, root);
  await runResolve({ root, sites, preRelease, apply, json }, console);
}
