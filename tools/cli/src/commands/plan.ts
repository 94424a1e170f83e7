/** `pysan plan`: what is to be built or verified, by what the local engine has, and why. It changes nothing. */
import type { Command } from 'commander';

interface PlanOptions {
  readonly explain?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('plan')
    .description('say of each tracked build whether it is fresh, and if not, why')
    .option('--explain <image:tag>', 'all about one build: numpy-tsan:3.14t, numpy-tsan:3.14.3t')
    .option('--json', 'print the plan as JSON')
    .action(plan);
}

async function plan({ explain, json = false }: PlanOptions): Promise<void> {
  const [{ readPlan }, { formatExplanation, formatPlan }, { parsePart }, { root }] = await Promise.all([
    import('@pysan/nx-image/plan'),
    import('../plan/format-plan.ts'),
    import('../plan/parse-part.ts'),
    import('../root.ts'),
  ]);
  const part = explain === undefined ? undefined : await parsePart(explain);
  const { builds, notes } = await readPlan(root, part);
  notes.forEach((note) => console.error(note));
  const format = part === undefined ? formatPlan : formatExplanation;
  console.log(json ? JSON.stringify(builds, undefined, 2) : format(builds));
}
