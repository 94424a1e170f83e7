/**
 * Recall: how many seeded races are found, and in how many of their clean twins something is. Pure.
 *
 * A race is found when a report names one of its functions in both stacks in every run; fewer is a rate. A twin
 * is clean when no run has any report. A run that did not end by itself is neither: it is an error.
 */
import { parseFindings } from './findings.ts';
import type { Finding } from './reading.ts';
import { accessStacks, formatFinding } from './judge.ts';
import type { ProgramRun, SeededProgram } from './seeded-programs.ts';
import { findStartFailure } from './start.ts';

/** What the runs of one program and of its twin showed. */
export interface ProgramRecall {
  readonly image: string;
  readonly group: string;
  readonly name: string;
  /** Of the program, and as many of its twin. */
  readonly runs: number;
  /** Runs of the program whose race was found. */
  readonly found: number;
  /** Runs of the twin in which anything was reported. */
  readonly alarms: number;
  /** Each run that did not end by itself, and what happened there. */
  readonly errors: readonly string[];
  /** What was reported instead of the race, and in the twin. */
  readonly reports: readonly string[];
  /** Why the race is missed, where that is known. */
  readonly reason?: string;
  readonly seconds: number;
}

/** The recall of one program from its runs and those of its twin; a run that is not there is an error. */
export function recallOf(program: SeededProgram, runs: number, done: readonly ProgramRun[]): ProgramRecall {
  const judged = done.map((run) => ({ run, ...judgeRun(run, program) }));
  const errors = judged.flatMap(({ run, error }) => (error === undefined ? [] : [`${run.case}: ${error}`]));
  const wrong = judged.filter(({ run, shown }) => shown === 'another' || (run.case === 'twin' && shown === 'race'));
  const { image, group, name, reason } = program;
  return {
    ...{ image, group, name, runs },
    found: judged.filter(({ run, shown }) => run.case === 'race' && shown === 'race').length,
    alarms: judged.filter(({ run, shown }) => run.case === 'twin' && shown !== 'nothing' && shown !== 'error').length,
    errors: [...errors, ...missingRuns(runs, done)],
    reports: [...new Set(wrong.map(({ run, findings }) => `${run.case}: ${findings.map(formatFinding).join('; ')}`))],
    ...(reason === undefined ? {} : { reason }),
    seconds: done.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

interface JudgedRun {
  readonly shown: 'race' | 'another' | 'nothing' | 'error';
  readonly findings: readonly Finding[];
  readonly error?: string;
}

function judgeRun(run: ProgramRun, { functions, timeoutSeconds }: SeededProgram): JudgedRun {
  const findings = parseFindings(run.output);
  const error = run.timedOut ? `did not end within ${String(timeoutSeconds)} s` : errorOf(run, findings);
  if (error !== undefined) {
    return { shown: 'error', findings, error };
  }
  const isRace = findings.some((finding) => namesInBothStacks(finding, functions));
  return { shown: isRace ? 'race' : findings.length > 0 ? 'another' : 'nothing', findings };
}

// The runtime's own exit code, also where it could not start.
const reported = 66;

function errorOf({ status, output }: ProgramRun, findings: readonly Finding[]): string | undefined {
  const failure = findStartFailure(output);
  if (failure !== undefined) {
    return `the sanitizer could not start: ${failure.message}`;
  }
  if (status === 0 || (status === reported && findings.length > 0)) {
    return undefined;
  }
  const ending = status < 0 ? `ended by signal ${String(-status)}` : `exit code ${String(status)}`;
  const lastLine = output.trim().split('\n').at(-1) ?? '';
  return lastLine === '' ? ending : `${ending}: ${lastLine}`;
}

/** Whether a whole report names one of the functions in both of its stacks, at whatever depth. */
function namesInBothStacks(finding: Finding, functions: readonly string[]): boolean {
  const stacks = accessStacks(finding);
  const naming = stacks.filter(({ frames }) =>
    frames.some((frame) => functions.includes(plainName(frame.function ?? ''))),
  );
  return finding.kind === 'data race' && finding.summary !== undefined && stacks.length === 2 && naming.length === 2;
}

/** A function's name without what C++ adds: `ns::sum` for `void ns::sum<int, A<double>>(int const*, long)`. */
export function plainName(name: string): string {
  let plain = name.replace('(anonymous namespace)::', '');
  for (let outer; (outer = plain.replace(/<[^<>]*>/g, '')) !== plain; plain = outer);
  return plain.replace(/(?<!operator)\(.*/, '').replace(/^.* (?=\S)/, '');
}

function missingRuns(runs: number, done: readonly ProgramRun[]): string[] {
  return (['race', 'twin'] as const).flatMap((it) => {
    const count = done.filter((run) => run.case === it).length;
    return count === runs ? [] : [`${it}: expected ${String(runs)} runs, got ${String(count)}`];
  });
}

/** True when the program did what the repository expects of it: found unless its miss is known, no alarm, no error. */
export function isExpectedRecall({ found, runs, alarms, errors, reason }: ProgramRecall): boolean {
  return (found === runs || reason !== undefined) && alarms === 0 && errors.length === 0;
}
