/** `pysan coordinate`, whatever servers it asks: reads, decides, acts when asked to, and says how all stands. */
import { type Accesses, applyIssueAction, listFailureIssues, startRun } from '@pysan/github';
import { ProductError } from '@pysan/model';
import {
  coordinate,
  describeDoubt,
  type Dispatch,
  isRed,
  type Issue,
  type IssueAction,
  reconcileIssues,
  type Row,
  type Situation,
} from '@pysan/coordination';

import { appendForGitHub } from '../output/append-for-github.ts';
import { formatMarkdown, formatOutcome, formatRows, nameOf } from '../output/format-rows.ts';
import { readSituation, settle, type World } from '@pysan/releases';

export interface Command extends World {
  readonly apply: boolean;
  readonly json: boolean;
  /** The file that GitHub shows beside a run. */
  readonly summaryFile?: string | undefined;
}

/** Throws a ProductError that names all that somebody must look at, after all else is done. */
export async function runCoordinate(command: Command, output: Pick<Console, 'log' | 'error'>): Promise<void> {
  const { gitHub, apply, json, summaryFile } = command;
  const situation = await readSituation(command);
  const decided = coordinate(situation);
  const issues = await settle(listFailureIssues(gitHub.issues));
  const actions = 'unreadable' in issues ? [] : reconcileIssues(decided.rows, issues);
  const unknown: Applied = { rows: decided.rows, problems: [] };
  const applied = apply ? await applyAll(gitHub, decided, actions) : unknown;
  const { dispatches } = decided;
  output.log(
    json
      ? JSON.stringify({ rows: applied.rows, dispatches, issues: actions, applied: apply }, undefined, 2)
      : formatRows(applied.rows, apply),
  );
  output.error(formatOutcome(dispatches, actions, apply));
  await appendForGitHub('GITHUB_STEP_SUMMARY', summaryFile, formatMarkdown(applied.rows, apply));
  const problems = [...problemsOf(applied.rows, situation, issues), ...applied.problems];
  if (problems.length > 0) {
    throw new ProductError(`These need attention:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

interface Applied {
  readonly rows: readonly Row[];
  readonly problems: readonly string[];
}

/** Starts the runs and mends the issues, each though another one failed. */
async function applyAll(
  { runs, issues, branch }: Accesses,
  { rows, dispatches }: { readonly rows: readonly Row[]; readonly dispatches: readonly Dispatch[] },
  actions: readonly IssueAction[],
): Promise<Applied> {
  const started = new Map<string, string | { readonly unreadable: string }>();
  for (const dispatch of dispatches) {
    started.set(nameOf(dispatch), await settle(startRun(runs, dispatch.workflow, branch, dispatch.inputs)));
  }
  const mended = await Promise.all(actions.map((action) => settle(applyIssueAction(issues, action))));
  const problems = mended.flatMap((it) => (it === undefined ? [] : [`issues: ${it.unreadable}`]));
  return { rows: rows.map((row) => withRun(row, started.get(nameOf(row)))), problems };
}

function withRun(row: Row, run: string | { readonly unreadable: string } | undefined): Row {
  if (run === undefined) {
    return row;
  }
  // Whether it started is for the next coordinator to see.
  return typeof run === 'string' ? { ...row, link: run } : { ...row, status: 'unknown', why: run.unreadable };
}

function problemsOf(
  rows: readonly Row[],
  { doubts }: Situation,
  issues: readonly Issue[] | { readonly unreadable: string },
): string[] {
  // Said once each, and not with the names of nearly all builds.
  const unsure = [...doubts].map(([component, message]) => describeDoubt(component, message));
  const others = rows.filter((row) => isRed(row) && !unsure.includes(row.why));
  const red = Map.groupBy(others, ({ status, why }) => `${status}: ${why}`);
  return [
    ...unsure,
    ...[...red].map(([why, alike]) => `${alike.map(nameOf).join(', ')}: ${why}`),
    ...('unreadable' in issues ? [`issues: ${issues.unreadable}`] : []),
  ];
}
