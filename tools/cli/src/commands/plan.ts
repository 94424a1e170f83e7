/** `pysan plan`: what is to be built or verified, by what the local engine or a registry has, and why. It changes nothing. */
import type { Command } from 'commander';

interface PlanOptions {
  readonly explain?: string;
  readonly from?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('plan')
    .description('say of each tracked build whether it is fresh, and if not, why')
    .option('--explain <image:tag>', 'all about one build: numpy-tsan:3.14t, numpy-tsan:3.14.3t')
    .option('--from <registry>', 'by what is published there, and not by what the engine has: ghcr.io/acme')
    .option('--json', 'print the plan as JSON')
    .action(plan);
}

async function plan({ explain, from, json = false }: PlanOptions): Promise<void> {
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
  const { builds, notes } = await (namespace === undefined
    ? readPlan(root, part)
    : readPlanFrom(namespace, root, part));
  notes.forEach((note) => console.error(note));
  const format = part === undefined ? formatPlan : formatExplanation;
  console.log(json ? JSON.stringify(builds, undefined, 2) : format(builds));
}
