/** `pysan plan`: lists what must be built or verified, and why, for the local engine or a registry. It changes nothing. */
import type { Command } from 'commander';

interface PlanOptions {
  readonly explain?: string;
  readonly from?: string;
  readonly ready?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  pysan plan
  pysan plan --from ghcr.io/acme
  pysan plan --explain numpy-tsan:3.14t
  pysan plan --from ghcr.io/acme --ready --json
`;

export function register(program: Command): void {
  program
    .command('plan')
    .summary('list the missing and stale builds, with the reasons')
    .description('Shows for each tracked build whether it is fresh, and if not, why.')
    .option('--explain <image:tag>', 'explain one build and its parents: numpy-tsan:3.14t, numpy-tsan:3.14.3t')
    .option('--from <registry>', 'compare with the images in this registry, not with those in the engine: ghcr.io/acme')
    .option('--ready', 'with --from: list the builds that can be published now, in parallel')
    .option('--json', 'print the plan, or the list, as JSON')
    .addHelpText('after', examples)
    .action(plan);
}

async function plan(options: PlanOptions): Promise<void> {
  await (options.ready === true ? planReady(options) : planAll(options));
}

async function planAll({ explain, from, json = false }: PlanOptions): Promise<void> {
  const [{ readPlan, readPlanFrom }, { parseNamespace }, { formatExplanation, formatPlan }, { parsePart }, { root }] =
    await Promise.all([
      import('@pysan/releases'),
      import('@pysan/registry'),
      import('../output/format-plan.ts'),
      import('../parse-part.ts'),
      import('../root.ts'),
    ]);
  const part = explain === undefined ? undefined : await parsePart(explain);
  const namespace = from === undefined ? undefined : parseNamespace(from);
  const { builds, notes, failure } = await (namespace === undefined
    ? readPlan(root, part)
    : readPlanFrom(namespace, root, part));
  notes.forEach((note) => console.error(note));
  const format = part === undefined ? formatPlan : formatExplanation;
  console.log(json ? JSON.stringify(builds, undefined, 2) : format(builds));
  if (failure !== undefined) {
    throw failure;
  }
}

/** The builds whose parents are all published: a CI system can run them in parallel. */
async function planReady({ explain, from, json = false }: PlanOptions): Promise<void> {
  const [{ readPlanFrom }, { parseNamespace }, { formatReady }, { UsageError }, { root }] = await Promise.all([
    import('@pysan/releases'),
    import('@pysan/registry'),
    import('../output/format-plan.ts'),
    import('@pysan/model'),
    import('../root.ts'),
  ]);
  if (from === undefined || explain !== undefined) {
    throw new UsageError('--ready lists the builds of a whole registry: use it with --from, and without --explain.');
  }
  const { ready, notes, failure } = await readPlanFrom(parseNamespace(from), root);
  notes.forEach((note) => {
    console.error(note);
  });
  console.log(json ? JSON.stringify(ready, undefined, 2) : formatReady(ready));
  if (failure !== undefined) {
    throw failure;
  }
}
