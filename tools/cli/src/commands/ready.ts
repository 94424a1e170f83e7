/** `pysan ready <image> --to <registry>`: tells a workflow which build it would publish, and whether to start. It changes nothing. */
import type { ResolutionWorld } from '@pysan/resolution';
import type { Command } from 'commander';

import { root } from '../root.ts';

interface ReadyOptions {
  readonly to: string;
  readonly python?: string;
  readonly numpy?: string;
  readonly scipy?: string;
  readonly build?: string;
}

const examples = `
Examples:
  pysan ready numpy-tsan --to ghcr.io/acme --python 3.14t

A version that the request leaves open means upstream's newest that fits, as for the coordinator. In a workflow the command
sets outputs: \`reference\`, under which the image will be published, and the versions \`python\`, \`numpy\` and \`scipy\`.

Exit codes: 0 the build can start, 1 the request means another build than --build, or a required image is not published.
`;

export function register(program: Command): void {
  program
    .command('ready <image>')
    .summary('check that a build can start: its parents are published')
    .description(
      'Shows which build a request means, and checks that its parents are published. Workflows run it before they publish.',
    )
    .requiredOption('--to <registry>', 'registry and owner: ghcr.io/acme')
    .option('--python <tag>', 'a release or series: 3.14.3t, 3.14t')
    .option('--numpy <version>', 'a release: 2.4.6')
    .option('--scipy <version>', 'a release: 1.17.1')
    .option('--build <name>', 'fail unless the request means this build: b0123456789ab')
    .addHelpText('after', examples)
    .action(ready);
}

async function ready(image: string, { to, build: wanted, ...request }: ReadyOptions): Promise<void> {
  const [{ connect, parseNamespace }, releases, { findSites }, { reportReadiness }] = await Promise.all([
    import('@pysan/registry'),
    import('@pysan/releases'),
    import('@pysan/resolution'),
    import('../output/report-readiness.ts'),
  ]);
  const { env } = process;
  const namespace = parseNamespace(to);
  const sites = findSites(env, root);
  const findBase: ResolutionWorld['findBase'] = (lock) => releases.findBase(lock, sites.dockerHub);
  const world = { root, folder: process.cwd(), sites, findBase };
  const resolved = await releases.resolveNewest(world, image, { ...request, locked: false });
  const chain = await releases.withSignatures(root, namespace, (read) =>
    releases.readRequested(resolved, releases.registryReader(connect(namespace, env), namespace, read)),
  );
  await reportReadiness({ chain, namespace, wanted, outputFile: env['GITHUB_OUTPUT'] }, console.log);
}
