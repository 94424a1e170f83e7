/** `pysan develop --to <registry>`: publishes all images at each development branch of CPython, in chain order, in one run. */
import type { Outcome } from '@pysan/coordination';
import type { Image } from '@pysan/model';
import type { Development } from '@pysan/publishing';
import type { ResolutionWorld, Resolved } from '@pysan/resolution';
import { type Command, InvalidArgumentError } from 'commander';

import { root } from '../root.ts';

const examples = `
Examples:
  pysan develop --to ghcr.io/acme
  pysan develop --to ghcr.io/acme --apply
  pysan develop --to ghcr.io/acme --python 3.16t-dev --minutes 60 --apply

versions/cpython/lock.json lists the branches. A failure leaves the tag of its image in place and does not stop the others.
If GITHUB_REPOSITORY and GITHUB_TOKEN are set, --apply maintains one issue for each failure, which names the commits.
`;

interface DevelopOptions {
  readonly to: string;
  readonly python?: string;
  readonly minutes: number;
  readonly freeDisk?: boolean;
  readonly apply?: boolean;
}

export function register(program: Command): void {
  program
    .command('develop')
    .summary("publish images of CPython's development branches")
    .description(
      'Publishes all images with a Python at each development branch of CPython. Without --apply it shows what would happen.',
    )
    .requiredOption('--to <registry>', 'registry and owner: ghcr.io/acme')
    .option('--python <tag>', 'only this branch: 3.16t-dev')
    .option('--minutes <number>', 'stop an image that takes longer', readMinutes, 120)
    .option('--free-disk', 'remove from the engine what the run no longer needs, and the build cache')
    .option('--apply', 'do it (default: show what would happen)')
    .addHelpText('after', examples)
    .action(develop);
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) {
    throw new InvalidArgumentError('expected a number of minutes, such as 60');
  }
  return minutes;
}

async function develop(options: DevelopOptions): Promise<void> {
  const { to, python, apply = false } = options;
  const [{ parseNamespace }, { readWorkspace }, publishing, { findBase }, { getBase }] = await Promise.all([
    import('@pysan/registry'),
    import('@pysan/workspace'),
    import('@pysan/publishing'),
    import('@pysan/releases'),
    import('../ensure-built.ts'),
  ]);
  const destination = { root, namespace: parseNamespace(to), report: console.log };
  const { images: all, locks } = await readWorkspace(root);
  const { neededFor, inChainOrder } = await import('@pysan/model');
  const hasPython = ({ name }: Image): boolean => neededFor(all, name).some((it) => it.components.includes('cpython'));
  const source = { images: all, findBase: apply ? getBase : findBase };
  const plan = {
    tags: await chooseTags(locks.cpython.channels, python),
    images: inChainOrder(all).filter(hasPython),
    resolve: (image: string, tag: string, commits: Outcome['commits']) => resolveAt(source, image, tag, commits),
    print: console.log,
  };
  if (apply) {
    await publishing.runDevelop({ ...plan, ...(await applyPlan(options)) });
    return;
  }
  await publishing.withForetellWorld(destination, (world) =>
    publishing.runDevelop({
      ...plan,
      publish: ({ image }, resolved) => publishing.foretellImage(world, resolved, image).then(() => 0, printFailure),
    }),
  );
}

async function chooseTags(
  channels: readonly { readonly tag: string }[],
  python: string | undefined,
): Promise<string[]> {
  const tags = channels.map(({ tag }) => tag);
  if (python !== undefined && !tags.includes(python)) {
    const { UsageError } = await import('@pysan/model');
    throw new UsageError(
      `There is no development branch ${python}. Development branches: ${tags.join(', ') || 'none'}.`,
    );
  }
  return python === undefined ? tags : [python];
}

type Applied = Pick<Development<Resolved>, 'publish' | 'ended' | 'gitHub'>;

/** Publishes each image in its own process. Maintains issues if the environment names a repository. */
async function applyPlan({ to, minutes, freeDisk = false }: DevelopOptions): Promise<Applied> {
  const [{ describeSources }, { findRepository }, { publishApart }, { describeDisk, makeRoom }, { appendSummary }] =
    await Promise.all([
      import('@pysan/coordination'),
      import('@pysan/github'),
      import('../develop/publish-apart.ts'),
      import('../develop/disk.ts'),
      import('../output/append-for-github.ts'),
    ]);
  const { env } = process;
  const tell = async (line: string): Promise<void> => {
    console.log(line);
    await appendSummary(env['GITHUB_STEP_SUMMARY'], `${line}\n\n`);
  };
  await tell(`${await describeDisk()}.`);
  const { GITHUB_REPOSITORY: repository = '', GITHUB_SERVER_URL: server = '', GITHUB_RUN_ID: id = '' } = env;
  const run = `${server}/${repository}/actions/runs/${id}`;
  return {
    publish: (what) => publishApart({ root, ...what, to, minutesMax: minutes }),
    ended: async (outcome, done) => {
      await (freeDisk ? makeRoom(done, outcome.tag) : undefined);
      await tell(`${describeSources(outcome)}: ${outcome.result.is}. ${await describeDisk()}.`);
    },
    gitHub: repository === '' ? undefined : { issues: findRepository(env).issues, run },
  };
}

interface Source extends Pick<ResolutionWorld, 'findBase'> {
  readonly images: ReadonlyMap<string, Image>;
}

/** The commits of the components that the image contains. */
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

// The other branches continue.
async function printFailure(error: unknown): Promise<1> {
  const { isExpected } = await import('@pysan/model');
  console.error(isExpected(error) ? `error: ${error.message}` : error);
  return 1;
}
