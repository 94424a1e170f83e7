/** `pysan develop --to <registry>`: publishes all images at each development branch of CPython, in chain order, in one run. */
import type { Image } from '@pysan/model';
import type { ResolutionWorld, Resolved } from '@pysan/resolution';
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
  const [{ parseNamespace }, { readImages }, publishing] = await Promise.all([
    import('@pysan/registry'),
    import('@pysan/workspace'),
    import('@pysan/publishing'),
  ]);
  const destination = { root, namespace: parseNamespace(to), report: console.log };
  const images = await readImages(root);
  if (!apply) {
    const world = publishing.foretellWorld(destination);
    const { findBase } = await import('@pysan/releases');
    await runAll({ images, findBase }, (resolved, image) => publishing.foretellImage(world, resolved, image));
    return;
  }
  const { getBase } = await import('../ensure-built.ts');
  await publishing.withPublishWorld(destination, (world) =>
    runAll(
      { images, findBase: getBase },
      (resolved, image) => publishing.publishImage(world, resolved, image),
      process.env,
    ),
  );
}

interface Source extends Pick<ResolutionWorld, 'findBase'> {
  readonly images: ReadonlyMap<string, Image>;
}

/** Keeps issues where the environment names a repository. */
async function runAll(
  source: Source,
  publish: (resolved: Resolved, image: string) => Promise<unknown>,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const [{ findRepository }, { inChainOrder }, { readLocks }, { runDevelop }] = await Promise.all([
    import('@pysan/github'),
    import('@pysan/model'),
    import('@pysan/workspace'),
    import('@pysan/publishing'),
  ]);
  const { GITHUB_REPOSITORY: repository = '', GITHUB_SERVER_URL: server = '', GITHUB_RUN_ID: id = '' } = env;
  const run = `${server}/${repository}/actions/runs/${id}`;
  const { cpython } = await readLocks(root);
  await runDevelop({
    tags: cpython.channels.map(({ tag }) => tag),
    images: inChainOrder(source.images),
    resolve: (image, tag, commits) => resolveAt(source, image, tag, commits),
    publish: (image, resolved) => publish(resolved, image).then(() => 0, printFailure),
    gitHub: repository === '' ? undefined : { issues: findRepository(env).issues, run },
    print: console.log,
  });
}

/** An image takes those of the commits that are of what it holds. */
async function resolveAt(
  { images, findBase }: Source,
  image: string,
  tag: string,
  commits: Readonly<Record<string, string>>,
) {
  const [{ neededFor }, { resolveImage }] = await Promise.all([
    import('@pysan/model'),
    import('../resolve-request.ts'),
  ]);
  const components = new Set(neededFor(images, image).flatMap((it) => it.components));
  const known = Object.entries(commits).filter(([component]) => components.has(component));
  const python = components.has('cpython') ? { python: tag } : {};
  return resolveImage(image, { ...Object.fromEntries(known), ...python }, findBase);
}

// The others go on.
async function printFailure(error: unknown): Promise<1> {
  const { isExpected } = await import('@pysan/model');
  console.error(isExpected(error) ? `error: ${error.message}` : error);
  return 1;
}
