/** `pysan prune --from <registry>`: removes the manifests that retention does not keep. */
import type { Registry } from '@pysan/registry';
import type { ImageRepository } from '@pysan/releases';
import type { Policy } from '@pysan/retention';
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
    .summary('remove the manifests that retention does not keep')
    .description('Lists the manifests that retention.json and pins.json do not keep. With --apply it removes them.')
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
    { root },
  ] = await Promise.all([
    import('@pysan/releases'),
    import('@pysan/github'),
    import('@pysan/registry'),
    import('@pysan/workspace'),
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
  await runPrune(
    {
      registry,
      repositories,
      policy: { retention, pins, now: new Date() },
      apply,
      summaryFile: process.env['GITHUB_STEP_SUMMARY'],
    },
    console,
  );
}

interface PruneTask {
  readonly registry: Registry;
  readonly repositories: readonly ImageRepository[];
  readonly policy: Policy;
  readonly apply: boolean;
  /** The file that GitHub shows beside a run: it gets what would go. */
  readonly summaryFile?: string | undefined;
}

/**
 * The command, with its servers as arguments. Throws an UpstreamError before the first removal if something cannot be read,
 * and at the end if a removal failed.
 */
export async function runPrune(
  { registry, repositories, policy, apply, summaryFile }: PruneTask,
  output: Pick<Console, 'log' | 'error'>,
): Promise<void> {
  const [
    { applyPrune, readPrune },
    { appendSummary },
    { codeBlock },
    { formatOutcome, formatPrune, formatRemoved, requireRemoved },
    { unchanged },
  ] = await Promise.all([
    import('@pysan/releases'),
    import('../output/append-for-github.ts'),
    import('../output/cut-summary.ts'),
    import('../output/format-prune.ts'),
    import('../unchanged.ts'),
  ]);
  const plan = await readPrune(repositories, policy);
  output.error(`${registry.host} was asked ${registry.requests} times.`);
  if (!apply) {
    output.log(formatPrune(plan));
    await appendSummary(summaryFile, codeBlock(formatPrune(plan)));
    if (plan.remove.length > 0) {
      output.error(unchanged);
    }
    return;
  }
  const done = await applyPrune(repositories, plan, (removed) => output.log(formatRemoved(removed)));
  output.log(formatOutcome(done));
  requireRemoved(done);
}
