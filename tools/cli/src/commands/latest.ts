/** `pysan latest`: the newest release upstream, alone on stdout. */
import { Argument, type Command } from 'commander';

import { root } from '../root.ts';

const examples = `
Examples:
  pysan latest python 3.14              3.14.10
  pysan latest github numpy/numpy       v2.5.5
`;

export function register(program: Command): void {
  program
    .command('latest')
    .summary('print the newest release of CPython or a GitHub project')
    .description('Prints the newest release of a Python series or a GitHub repository.')
    .addArgument(new Argument('<where>', 'the kind of upstream').choices(['python', 'github']))
    .argument('<what>', 'a series (3.14) or owner/repository')
    .option('--pre-release', 'include alphas, betas and release candidates')
    .addHelpText('after', examples)
    .action(latest);
}

async function latest(
  where: 'python' | 'github',
  what: string,
  { preRelease = false }: { readonly preRelease?: boolean },
): Promise<void> {
  const { findSites } = await import('@pysan/resolution');
  const { findLatestPython, findLatestOnGitHub } = await import('@pysan/resolution');
  const sites = findSites(process.env, root);
  const find = where === 'python' ? findLatestPython : findLatestOnGitHub;
  console.log(await find(what, preRelease, sites));
}
