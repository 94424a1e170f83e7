/** `pysan resolve`: what is new upstream, against the locks; `--apply` writes the locks. */
import type { OfferWorld, Request, Resolution } from '@pysan/resolution';
import type { Command } from 'commander';

import { root } from '../root.ts';

const examples = `
Examples:
  pysan resolve                  list the new releases
  pysan resolve --apply          update versions/; git diff shows the changes
  pysan resolve --pull-request   update versions/ and open a pull request, or update the open one

--pull-request reads GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN from the environment. GitHub Actions sets both.

Exit codes: 0 all upstreams answered, 1 at least one did not. The lock of its component stays as it is.
`;

interface Options {
  readonly apply?: boolean;
  readonly json?: boolean;
  readonly preRelease?: boolean;
  readonly pullRequest?: boolean;
}

export function register(program: Command): void {
  program
    .command('resolve')
    .summary('compare the locks with upstream, and update them')
    .description('Compares the locks in versions/ with upstream and lists the new releases.')
    .option('--apply', 'add the new releases to the locks, versions/*/lock.json')
    .option('--pull-request', 'update the locks and open a pull request')
    .option('--pre-release', 'include alphas, betas and release candidates')
    .option('--json', 'print the new releases as JSON')
    .addHelpText('after', examples)
    .action(resolve);
}

async function resolve({
  apply = false,
  json = false,
  preRelease = false,
  pullRequest = false,
}: Options): Promise<void> {
  const { findSites } = await import('@pysan/resolution');
  const sites = findSites(process.env, root);
  const offering = pullRequest ? { apply: true, offer: await prepareOffer() } : { apply };
  await runResolve({ root, sites, preRelease, json, generate: syncFiles, ...offering }, console);
}

/** Throws an EngineError when it fails. The locks have been written by then. */
async function syncFiles(): Promise<void> {
  const [{ execa }, { EngineError }] = await Promise.all([import('execa'), import('@pysan/model')]);
  const { exitCode, all } = await execa('nx', ['sync'], { cwd: root, preferLocal: true, reject: false, all: true });
  if (exitCode !== 0) {
    throw new EngineError(`Files that are generated from the locks are not up to date: npx nx sync failed.\n${all}`);
  }
}

async function prepareOffer(): Promise<NonNullable<ResolveTask['offer']>> {
  const [{ findRepository }, { requireClean }] = await Promise.all([
    import('@pysan/github'),
    import('@pysan/resolution'),
  ]);
  const gitHub = findRepository(process.env);
  await requireClean(root);
  return (resolution) => offer({ root, gitHub }, resolution);
}

/** Offers the written files as a pull request, and returns the result. */
export async function offer(world: OfferWorld, resolution: Resolution): Promise<string> {
  const [{ offerLocks }, { formatOffer, formatOfferText, formatOfferTitle }] = await Promise.all([
    import('@pysan/resolution'),
    import('../output/format-resolve.ts'),
  ]);
  const content = { title: formatOfferTitle(resolution), text: formatOfferText(resolution) };
  return formatOffer(await offerLocks(world, content, resolution));
}

export interface ResolveTask extends Request {
  readonly apply: boolean;
  readonly json: boolean;
  /** Regenerates the files that are generated from the locks. */
  readonly generate: () => Promise<unknown>;
  /** Offers the written files as a pull request, and returns the result. */
  readonly offer?: (resolution: Resolution) => Promise<string>;
}

/**
 * The command, with its servers as arguments. At its end it throws an UpstreamError that names every component whose
 * upstream did not answer.
 */
export async function runResolve(
  { apply, json, generate, offer, ...request }: ResolveTask,
  output: Pick<Console, 'log' | 'error'>,
): Promise<void> {
  const [
    { UpstreamError },
    { resolveLocks },
    { writeFiles },
    { formatFailures, formatJson, formatOutcome, formatTable },
  ] = await Promise.all([
    import('@pysan/model'),
    import('@pysan/resolution'),
    import('@pysan/workspace'),
    import('../output/format-resolve.ts'),
  ]);
  const resolution = await resolveLocks(request);
  if (apply) {
    await writeFiles(request.root, resolution.changes);
  }
  output.log(json ? formatJson(resolution, apply) : formatTable(resolution));
  const outcome = formatOutcome(resolution, apply);
  if (outcome !== undefined) {
    output.error(outcome);
  }
  if (apply) {
    await generate();
  }
  if (offer !== undefined) {
    output.error(await offer(resolution));
  }
  if (resolution.failures.length > 0) {
    throw new UpstreamError(formatFailures(resolution.failures));
  }
}
