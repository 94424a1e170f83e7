/** The recall of a build: what `recall.json` holds, and the table that people read. */
import { isExpectedRecall, type ProgramRecall } from './recall.ts';
import type { Subject } from './report.ts';
import { alignRows } from './table.ts';
import type { Verdict } from './verdict.ts';

/** Counts of a group of programs. */
export interface GroupRecall {
  readonly group: string;
  readonly seeded: number;
  /** Programs whose race was found in every run. */
  readonly found: number;
  /** As many as seeded: each has a twin. */
  readonly clean: number;
  /** Twins that had a report in any run. */
  readonly falseAlarms: number;
}

export interface RecallReport extends Subject {
  readonly schema: 1;
  /** Stands for the files of the programs and for the runner. */
  readonly programsHash: string;
  /** Of each program, and as many of each twin. */
  readonly runs: number;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** In the order in which the programs name them. */
  readonly groups: readonly GroupRecall[];
  readonly programs: readonly ProgramRecall[];
}

/** What was measured with which programs. */
export interface Measurement {
  readonly subject: Subject;
  readonly programsHash: string;
  readonly runs: number;
  readonly seconds: number;
  readonly programs: readonly ProgramRecall[];
}

/** The report of a measurement. It fails where anything is missed without a known reason, or invented, or went wrong. */
export function recallReportOf({ subject, programs, ...rest }: Measurement): RecallReport {
  const verdict = programs.length > 0 && programs.every(isExpectedRecall) ? 'pass' : 'fail';
  const names = [...new Set(programs.map(({ group }) => group))];
  const groups = names.map((name) =>
    countOf(
      name,
      programs.filter(({ group }) => group === name),
    ),
  );
  return { schema: 1, ...subject, ...rest, verdict, groups, programs };
}

function countOf(group: string, programs: readonly ProgramRecall[]): GroupRecall {
  return {
    group,
    seeded: programs.length,
    found: programs.filter(({ found, runs }) => found === runs).length,
    clean: programs.length,
    falseAlarms: programs.filter(({ alarms }) => alarms > 0).length,
  };
}

/** One line, as a program comes in: `ufuncs: add, out=: found 10/10, false alarms 0/10 (4.2 s)`. */
export function formatProgram({ group, name, found, alarms, errors, runs, seconds }: ProgramRecall): string {
  const rates = `found ${rate(found, runs)}, false alarms ${rate(alarms, runs)}`;
  const failed = errors.length === 0 ? '' : `, errors ${String(errors.length)}`;
  return `${group}: ${name}: ${rates}${failed} (${seconds.toFixed(1)} s)`;
}

/** The table for a terminal: a line for each group, then each program that was not as it should be, the verdict last. */
export function formatRecall(report: RecallReport): string {
  const { programs, groups } = report;
  const rows = [...groups, totalOf(programs)].map((it) => [
    it.group,
    rate(it.found, it.seeded),
    rate(it.falseAlarms, it.clean),
  ]);
  const table = alignRows([['group', 'found/seeded', 'false alarms/clean'], ...rows]);
  return [...table, ...programs.flatMap(describeProblems), '', formatRecallVerdict(report)].join('\n');
}

/** The counts of all groups together. */
export function totalOf(programs: readonly ProgramRecall[]): GroupRecall {
  return countOf('all', programs);
}

function describeProblems(program: ProgramRecall): string[] {
  const { found, runs, alarms, errors, reports, reason } = program;
  if (found === runs && alarms === 0 && errors.length === 0) {
    return [];
  }
  const why = reason === undefined ? [] : [`known: ${reason}`];
  return [formatProgram(program), ...[...why, ...errors, ...reports].map((line) => `    ${line}`)];
}

function formatRecallVerdict({ image, pythonTag, verdict, runs, programs, seconds }: RecallReport): string {
  const { found, seeded, falseAlarms, clean } = totalOf(programs);
  const name = pythonTag === undefined ? image : `${image} ${pythonTag}`;
  const counts = `${rate(found, seeded)} found, ${rate(falseAlarms, clean)} false alarms`;
  return `${name}: ${verdict} (${counts}, ${String(runs)} runs each; ${seconds.toFixed(0)} s)`;
}

function rate(count: number, of: number): string {
  return `${String(count)}/${String(of)}`;
}
