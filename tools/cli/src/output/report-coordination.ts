/** Reports the status of all builds, the started runs, and the problems that need attention. */
import { ProductError } from '@pysan/model';
import type { CoordinationResult } from '@pysan/releases';

import { appendSummary } from './append-for-github.ts';
import { formatMarkdown, formatOutcome, formatRows } from './format-rows.ts';

export interface CoordinationOutput {
  /** Whether the decisions were applied. */
  readonly apply: boolean;
  readonly json: boolean;
  /** The file that GitHub shows as the summary of a run. */
  readonly summaryFile?: string | undefined;
}

/** Prints the report, then throws a ProductError that names all problems. */
export async function reportCoordination(
  { rows, dispatches, actions, problems }: CoordinationResult,
  { apply, json, summaryFile }: CoordinationOutput,
  output: Pick<Console, 'log' | 'error'>,
): Promise<void> {
  output.log(
    json
      ? JSON.stringify({ rows, dispatches, issues: actions, applied: apply }, undefined, 2)
      : formatRows(rows, apply),
  );
  output.error(formatOutcome(dispatches, actions, apply));
  await appendSummary(summaryFile, formatMarkdown(rows, apply));
  if (problems.length > 0) {
    throw new ProductError(`These need attention:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}
