/** `pysan prune --from <registry>`: takes out what retention lets go. */
import type { Command } from 'commander';

interface PruneOptions {
  readonly from: string;
  readonly apply?: boolean;
}

export function register(program: Command): void {
  program
    .command('prune')
    .description('say what of a registry is not to be kept, by retention.json and pins.json; with --apply, remove it')
    .requiredOption('--from <registry>', 'where: ghcr.io/acme')
    .option('--apply', 'remove it; without, it is only shown')
    .action(prune);
}

async function prune({ from, apply = false }: PruneOptions): Promise<void> {
  const [
    { applyPrune, holdingsOf, readPrune },
    { UpstreamError },
    { connect, parsePlace },
    { imageFolders, readPins, readRetention },
    { formatOutcome, formatPrune, formatRemoved },
    { root },
  ] = await Promise.all([
    import('@pysan/nx-image/store'),
    import('@pysan/model'),
    import('@pysan/registry'),
    import('@pysan/workspace'),
    import('../store/format-prune.ts'),
    import('../root.ts'),
  ]);
  const place = parsePlace(from);
  const registry = connect(place, process.env);
  const holdings = holdingsOf(registry, place, await imageFolders(root), process.env);
  const [retention, pins] = await Promise.all([readRetention(root), readPins(root)]);
  const plan = await readPrune(holdings, { retention, pins, now: new Date() });
  console.error(`${place.host} was asked ${registry.requests} times.`);
  if (!apply) {
    console.log(formatPrune(plan));
    return;
  }
  const done = await applyPrune(holdings, plan, (removed) => console.log(formatRemoved(removed)));
  console.log(formatOutcome(done));
  if (done.some(({ outcome }) => outcome === 'failed')) {
    throw new UpstreamError(
      'Not all could be removed. What failed, and what that holds, is still there: run it again.',
    );
  }
}
