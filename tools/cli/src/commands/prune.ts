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
    { repositoriesOf },
    { connect, findGitHubPackages, parseNamespace },
    { imageFolders, readPins, readRetention },
    { runPrune },
    { root },
  ] = await Promise.all([
    import('@pysan/releases'),
    import('@pysan/registry'),
    import('@pysan/workspace'),
    import('../run-prune.ts'),
    import('../root.ts'),
  ]);
  const namespace = parseNamespace(from);
  const registry = connect(namespace, process.env);
  const repositories = repositoriesOf(registry, namespace, await imageFolders(root), findGitHubPackages(process.env));
  const [retention, pins] = await Promise.all([readRetention(root), readPins(root)]);
  await runPrune({ registry, repositories, policy: { retention, pins, now: new Date() }, apply }, console);
}
