/** `pysan latest`: prints the newest release upstream to stdout, and the releases that it passed over to stderr. */
import { Argument, type Command } from 'commander';

import { root } from '../root.ts';

const examples = `
Examples:
  pysan latest python 3.14              3.14.10
  pysan latest github numpy/numpy       v2.5.5
  pysan latest github llvm/llvm-project llvmorg-21.1.7
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
  const [{ findSites, findLatestPython, findLatestOnGitHub }, { describePassedOver }] = await Promise.all([
    import('@pysan/resolution'),
    import('@pysan/versions'),
  ]);
  const sites = findSites(process.env, root);
  const find = where === 'python' ? findLatestPython : findLatestOnGitHub;
  const { name, passedOver } = await find(what, preRelease, sites);
  if (passedOver.length > 0) {
    console.error(`Passed over: ${describePassedOver(passedOver)}.`);
  }
  console.log(name);
}
