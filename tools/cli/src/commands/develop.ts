/** `pysan develop --to <registry>`: publishes all images at each development branch of CPython, in chain order, in one run. */
import type { Command } from 'commander';

import { root } from '../root.ts';

const examples = `
Examples:
  pysan develop --to ghcr.io/acme
  pysan develop --to ghcr.io/acme --apply

versions/cpython/lock.json lists the branches. A failure leaves the tag of its image in place and does not stop the others.
If GITHUB_REPOSITORY and GITHUB_TOKEN are set, --apply keeps one issue per failure, which names the commits.
`;

interface DevelopOptions {
  readonly to: string;
  readonly apply?: boolean;
}

export function register(program: Command): void {
  program
    .command('develop')
    .summary("publish images of CPython's development branches")
    .description(
      'Publishes all images at each development branch of CPython. Without --apply it shows what would happen.',
    )
    .requiredOption('--to <registry>', 'registry and owner: ghcr.io/acme')
    .option('--apply', 'do it (default: show what would happen)')
    .addHelpText('after', examples)
    .action(develop);
}

async function develop({ to, apply = false }: DevelopOptions): Promise<void> {
  const [
    { findRepository },
    { inChainOrder },
    { readImages, readLocks },
    { requireSigner, runDevelop },
    { resolveOptions },
    { runNxTask },
  ] = await Promise.all([
    import('@pysan/github'),
    import('@pysan/model'),
    import('@pysan/workspace'),
    import('@pysan/publishing'),
    import('../resolve-options.ts'),
    import('../nx-task.ts'),
  ]);
  if (apply) {
    await requireSigner();
  }
  const { GITHUB_REPOSITORY: named = '', GITHUB_SERVER_URL: server = '', GITHUB_RUN_ID: id = '' } = process.env;
  const repository = apply ? named : '';
  const run = `${server}/${repository}/actions/runs/${id}`;
  const [images, { cpython }] = await Promise.all([readImages(root), readLocks(root)]);
  await runDevelop({
    tags: cpython.channels.map(({ tag }) => tag),
    images: inChainOrder(images),
    resolve: (image, given) => resolveOptions(image, { ...given, to, apply }),
    publish: (image, options) =>
      runNxTask({ root, task: `${image}:publish`, options: { ...options, excludeTaskDependencies: true } }),
    gitHub: repository === '' ? undefined : { issues: findRepository(process.env).issues, run },
    print: console.log,
  });
}
