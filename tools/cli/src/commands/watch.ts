/** `pysan watch --from <registry>`: tests the published images as an anonymous user. It changes nothing there. */
import type { Command } from 'commander';

import { root } from '../root.ts';

const examples = `
Examples:
  pysan watch --from ghcr.io/acme

It pulls anonymously. Credentials, if there are any, only serve to tell a private image from one that is not published yet.
`;

export function register(program: Command): void {
  program
    .command('watch')
    .summary('test the published images as an anonymous user')
    .description(
      'Pulls each public tag without credentials, checks that the image still finds its bug, and checks that the schedules on GitHub still run.',
    )
    .requiredOption('--from <registry>', 'registry and owner: ghcr.io/acme')
    .addHelpText('after', examples)
    .action(watch);
}

async function watch({ from }: { readonly from: string }): Promise<void> {
  const [{ openEngine }, { parseNamespace }, { readImages }, { watchTags }, { reportWatch, formatTagStatus }] =
    await Promise.all([
      import('@pysan/engine'),
      import('@pysan/registry'),
      import('@pysan/workspace'),
      import('@pysan/releases'),
      import('../output/report-watch.ts'),
    ]);
  const namespace = parseNamespace(from);
  await openEngine({ report: (line) => console.error(line) });
  const statuses = await watchTags({
    root,
    images: await readImages(root),
    namespace,
    onStatus: (status) => console.log(formatTagStatus(status)),
  });
  await reportWatch(statuses, { root, now: Date.now(), summaryFile: process.env['GITHUB_STEP_SUMMARY'] });
}
