/** `pysan prune --from <registry>`: takes out what retention lets go. */
import type { Command } from 'commander';

interface PruneOptions {
  readonly from: string;
  readonly apply?: boolean;
}

const examples = `
Examples:
  pysan prune --from ghcr.io/acme
  pysan prune --from ghcr.io/acme --apply
`;

export function register(program: Command): void {
  program
    .command('prune')
    .summary('remove the images that nothing refers to')
    .description('Lists the manifests that retention.json and pins.json let go. With --apply it removes them.')
    .requiredOption('--from <registry>', 'registry and owner: ghcr.io/acme')
    .option('--apply', 'remove them (default: list them)')
    .addHelpText('after', examples)
    .action(prune);
}

async function prune({ from, apply = false }: PruneOptions): Promise<void> {
  const [
    { repositoriesOf },
    { findGitHub },
    { connect, parseNamespace },
    { imageFolders, readPins, readRetention },
    { runPrune },
    { root },
  ] = await Promise.all([
    import('@pysan/releases'),
    import('@pysan/github'),
    import('@pysan/registry'),
    import('@pysan/workspace'),
    import('../run-prune.ts'),
    import('../root.ts'),
  ]);
  const namespace = parseNamespace(from);
  const registry = connect(namespace, process.env);
  const repositories = repositoriesOf(
    registry,
    namespace,
    await imageFolders(root),
    findGitHub(process.env, 'CI_TOKEN'),
  );
  const [retention, pins] = await Promise.all([readRetention(root), readPins(root)]);
  await runPrune({ registry, repositories, policy: { retention, pins, now: new Date() }, apply }, console);
}
