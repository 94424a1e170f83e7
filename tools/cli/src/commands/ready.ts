/** `pysan ready <image> --to <registry>`: what a workflow would publish, and whether it should start. It changes nothing. */
import type { Command } from 'commander';

import { root } from '../root.ts';

interface ReadyOptions {
  readonly to: string;
  readonly python?: string;
  readonly numpy?: string;
  readonly scipy?: string;
  readonly build?: string;
}

const notes = `
Ends with 1 where another build was asked for, or where a parent that has a workflow of its own is not published. In a
workflow the output \`reference\` gets the name under which it will be published, and \`python\` the release that was meant.
`;

export function register(program: Command): void {
  program
    .command('ready <image>')
    .description('say which build a request means, and whether what it is built on is published')
    .requiredOption('--to <registry>', 'where: ghcr.io/acme')
    .option('--python <tag>', 'a release or a series: 3.14.3t, 3.14t')
    .option('--numpy <version>', 'a release: 2.4.6')
    .option('--scipy <version>', 'a release: 1.17.1')
    .option('--build <name>', 'the build that is expected: b0123456789ab')
    .addHelpText('after', notes)
    .action(ready);
}

async function ready(image: string, { to, build: wanted, ...request }: ReadyOptions): Promise<void> {
  const [{ connect, parseNamespace }, { readRequested, registryReader, findBase }, { findSites }, { reportReadiness }] =
    await Promise.all([
      import('@pysan/registry'),
      import('@pysan/releases'),
      import('@pysan/resolution'),
      import('../output/report-readiness.ts'),
    ]);
  const [{ requireImage }, { readLocks }] = await Promise.all([
    import('../require-image.ts'),
    import('@pysan/workspace'),
  ]);
  await requireImage(image);
  const { env } = process;
  const namespace = parseNamespace(to);
  const { debian } = await readLocks(root);
  const chain = await readRequested(root, {
    image,
    request: { locked: false, ...request },
    baseIdentity: (await findBase(debian, findSites(env, root).dockerHub)).identity,
    read: registryReader(connect(namespace, env), namespace),
  });
  await reportReadiness({ chain, namespace, wanted, outputFile: env['GITHUB_OUTPUT'] }, console.log);
}
