/** `pysan watch --from <registry>`: does all that is public still work for somebody who is nobody? It changes nothing there. */
import type { Command } from 'commander';

import { root } from '../root.ts';

const notes = `
It looks and pulls as nobody. Credentials, where there are some, only tell what is private from what is not published yet.
`;

export function register(program: Command): void {
  program
    .command('watch')
    .description(
      'pull each public tag without logging in, see whether it still finds its bug, and whether schedules go on',
    )
    .requiredOption('--from <registry>', 'where: ghcr.io/acme')
    .addHelpText('after', notes)
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
