/**
 * What became of each finding between the baselines of two builds. How often a race shows is a sample: what is seen no
 * longer is gone only when that would be an accident in less than one case of twenty. Pure; `san baseline diff` says the same.
 */
import { type Baseline, type BaselineFinding, describeBaselineFinding } from './baseline.ts';
import { alignRows } from './table.ts';

export interface BaselineChange {
  readonly change: 'new' | 'known' | 'gone' | 'rarer' | 'too few runs';
  readonly finding: BaselineFinding;
  /** The numbers, as a sentence. */
  readonly reason: string;
}

type Runs = Pick<Baseline, 'runs' | 'findings'>;

/** An accident that is rarer than this is none. */
const accident = 0.05;

/** Each finding of either, by identity. */
export function compareBaselines(before: Runs, after: Runs): readonly BaselineChange[] {
  const [old, now] = [byId(before), byId(after)];
  const ids = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return ids.flatMap((id) => changeOf(old.get(id), now.get(id), { before: before.runs, after: after.runs }) ?? []);
}

/** Those that were seen. */
function byId({ findings }: Runs): ReadonlyMap<string, BaselineFinding> {
  return new Map(findings.filter(({ hits }) => hits > 0).map((it) => [it.id, it]));
}

function changeOf(
  old: BaselineFinding | undefined,
  now: BaselineFinding | undefined,
  runs: { readonly before: number; readonly after: number },
): BaselineChange | undefined {
  if (old === undefined) {
    return now && newFinding(now, runs.before);
  }
  const share = old.hits / old.runs;
  const seen = now ?? { hits: 0, runs: runs.after };
  const said = `${ratio(seen)}, before ${ratio(old)}`;
  if (now === undefined) {
    return missing(old, share, { runs: runs.after, said });
  }
  const chance = atMost(share, now);
  return chance < accident
    ? { change: 'rarer', finding: now, reason: `${said}; by accident in ${percent(chance)} of cases` }
    : { change: 'known', finding: now, reason: said };
}

/** A race that shows in so many runs may have been there all the same, unseen. */
function newFinding(finding: BaselineFinding, runsBefore: number): BaselineChange {
  const said = `${ratio(finding)}, before 0 of ${String(runsBefore)}`;
  const chance = (1 - finding.hits / finding.runs) ** runsBefore;
  const doubt = chance < accident ? '' : `; it may have been missed before, in ${percent(chance)} of cases`;
  return { change: 'new', finding, reason: `${said}${doubt}` };
}

function missing(
  finding: BaselineFinding,
  share: number,
  { runs, said }: { readonly runs: number; readonly said: string },
): BaselineChange {
  const needed = runsNeeded(share);
  return runs >= needed
    ? { change: 'gone', finding, reason: `${said}; by accident in ${percent((1 - share) ** runs)} of cases` }
    : { change: 'too few runs', finding, reason: `${said}; ${String(needed)} runs without it would tell` };
}

/** Runs without a finding after which it is gone: (1 - share) ^ n below the accident. */
function runsNeeded(share: number): number {
  return share >= 1 ? 1 : Math.floor(Math.log(accident) / Math.log(1 - share)) + 1;
}

/** How probable at most so many hits are, if nothing has changed. */
function atMost(share: number, { hits, runs }: BaselineFinding): number {
  let [sum, choose] = [0, 1];
  for (let count = 0; count <= hits; count += 1) {
    sum += choose * share ** count * (1 - share) ** (runs - count);
    choose = (choose * (runs - count)) / (count + 1);
  }
  return sum;
}

function ratio({ hits, runs }: Pick<BaselineFinding, 'hits' | 'runs'>): string {
  return `${String(hits)} of ${String(runs)} runs`;
}

function percent(chance: number): string {
  return `${(chance * 100).toFixed(1)} %`;
}

/** A line for each change, and what the comparison rests on. */
export function formatBaselineChanges(changes: readonly BaselineChange[], before: Runs, after: Runs): string {
  const rows = changes.map(({ change, finding, reason }) => [
    change,
    finding.id,
    `${describeBaselineFinding(finding)} (${reason})`,
    finding.issue ?? '',
  ]);
  const counts = `${countOf(before)} before, ${countOf(after)} after`;
  return [...alignRows(rows), counts].join('\n');
}

function countOf({ findings, runs }: Runs): string {
  return `${String(findings.length)} findings in ${String(runs)} runs`;
}
