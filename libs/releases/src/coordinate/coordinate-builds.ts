/** The coordinator: reads the status of all builds, decides and, if asked, acts. */
import {
  coordinate,
  type Coordination,
  describeDoubt,
  isRed,
  type Issue,
  type IssueAction,
  nameOf,
  reconcileIssues,
  type Row,
  type Situation,
} from '@pysan/coordination';
import { type Accesses, applyIssueAction, listFailureIssues, startRun } from '@pysan/github';

import { settle } from '../settle.ts';
import { readSituation, type CoordinationWorld } from './read-situation.ts';

export interface CoordinationResult extends Coordination {
  /** The planned or applied changes to the issues about failures. */
  readonly actions: readonly IssueAction[];
  /** The problems that need attention, one line each; empty if every build is fresh or on its way. */
  readonly problems: readonly string[];
}

/** With `apply`, starts the runs and updates the issues. A failure of one is a problem, and the others continue. */
export async function coordinateBuilds(world: CoordinationWorld, apply: boolean): Promise<CoordinationResult> {
  const situation = await readSituation(world);
  const decided = coordinate(situation);
  const issues = await settle(listFailureIssues(world.gitHub.issues));
  const actions = 'unreadable' in issues ? [] : reconcileIssues(decided.rows, issues);
  const unchanged: Applied = { rows: decided.rows, problems: [] };
  const { rows, problems } = apply ? await applyAll(world.gitHub, decided, actions) : unchanged;
  const { dispatches } = decided;
  return { rows, dispatches, actions, problems: [...problemsOf(rows, situation, issues), ...problems] };
}

interface Applied {
  readonly rows: readonly Row[];
  readonly problems: readonly string[];
}

/** Starts the runs and updates the issues, each even if another one failed. */
async function applyAll(
  { runs, issues, branch }: Accesses,
  { rows, dispatches }: Coordination,
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
  // The next coordinator sees whether it started.
  return typeof run === 'string' ? { ...row, link: run } : { ...row, status: 'unknown', why: run.unreadable };
}

function problemsOf(
  rows: readonly Row[],
  { doubts }: Situation,
  issues: readonly Issue[] | { readonly unreadable: string },
): string[] {
  // Each is reported once, not with the names of nearly all builds.
  const unsure = [...doubts].map(([component, message]) => describeDoubt(component, message));
  const others = rows.filter((row) => isRed(row) && !unsure.includes(row.why));
  const red = Map.groupBy(others, ({ status, why }) => `${status}: ${why}`);
  return [
    ...unsure,
    ...[...red].map(([why, alike]) => `${alike.map(nameOf).join(', ')}: ${why}`),
    ...('unreadable' in issues ? [`issues: ${issues.unreadable}`] : []),
  ];
}
