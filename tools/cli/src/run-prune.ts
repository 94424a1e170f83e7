/** `pysan prune`, whatever servers it asks: reads, decides, removes when asked to, and says what became of it. */
import { UpstreamError } from '@pysan/model';
import { applyPrune, type ImageRepository, readPrune } from '@pysan/releases';
import type { Policy } from '@pysan/retention';
import type { Registry } from '@pysan/registry';

import { unchanged } from './unchanged.ts';
import { formatOutcome, formatPrune, formatRemoved } from './output/format-prune.ts';

interface PruneTask {
  readonly registry: Registry;
  readonly repositories: readonly ImageRepository[];
  readonly policy: Policy;
  readonly apply: boolean;
}

/** Throws an UpstreamError when something cannot be read, before it removes anything, or when a removal failed. */
export async function runPrune(
  { registry, repositories, policy, apply }: PruneTask,
  output: Pick<Console, 'log' | 'error'>,
): Promise<void> {
  const plan = await readPrune(repositories, policy);
  output.error(`${registry.host} was asked ${registry.requests} times.`);
  if (!apply) {
    output.log(formatPrune(plan));
    if (plan.remove.length > 0) {
      output.error(unchanged);
    }
    return;
  }
  const done = await applyPrune(repositories, plan, (removed) => output.log(formatRemoved(removed)));
  output.log(formatOutcome(done));
  if (done.some(({ outcome }) => outcome === 'failed')) {
    throw new UpstreamError(
      'Some manifests could not be removed. They are still there, and so are the manifests that they refer to. Run the command again.',
    );
  }
}
