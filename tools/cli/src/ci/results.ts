/** The results of the stages of `.ci/run`, and their table. Pure. */
import { alignRows } from '@pysan/verification';

import type { Counts } from '../test-steps.ts';
import type { Stage } from './stages.ts';

export interface StageResult {
  readonly stage: Stage;
  /** The counts of its tests; all zero for a stage that did not run. */
  readonly counts: Counts;
  /** Undefined when it did not run. */
  readonly seconds: number | undefined;
  /** Why it ran, or why not. */
  readonly why: string;
}

const line = /^(?<passed>\d+) passed, (?<failed>\d+) failed(?:, (?<skipped>\d+) skipped)?$/;

/** The counts in a stage's last line of output. A stage that prints no counts counts as one. */
export function countStage(lastLine: string, exitCode: number | undefined): Counts {
  const found = line.exec(lastLine)?.groups;
  const passed = found === undefined ? Number(exitCode === 0) : Number(found['passed']);
  const failed = Number(found?.['failed'] ?? 0);
  const isUncounted = exitCode !== 0 && failed === 0;
  return { passed, failed: isUncounted ? 1 : failed, skipped: Number(found?.['skipped'] ?? 0) };
}

/** Why a stage does not run now; undefined when it does. */
export function whyNot({ why, needs }: Stage, results: readonly StageResult[]): string | undefined {
  const needed = results.find(({ stage }) => stage.name === needs);
  if (needed !== undefined && needed.seconds !== undefined && needed.counts.failed > 0) {
    return `not run: "${needed.stage.name}" failed`;
  }
  return why === undefined ? 'not run: it has passed with its present inputs' : undefined;
}

/** Stage, seconds, counts, and why it ran or not. */
export function formatTable(results: readonly StageResult[]): string {
  const rows = results.map(({ stage, seconds, counts, why }) => [
    stage.name,
    seconds === undefined ? '-' : seconds.toFixed(0),
    seconds === undefined ? '-' : counts.failed === 0 ? 'passed' : 'failed',
    why,
  ]);
  const total = results.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
  return alignRows([['stage', 'seconds', 'result', 'why'], ...rows, ['all', total.toFixed(0), '', '']]).join('\n');
}
