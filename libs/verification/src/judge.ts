/** Compares what a case did with what it must do. */
import type { CheckCase, FindingsExpectation, FrameExpectation } from './check.ts';
import { fileName, formatFrame, isSymbolised, parseFindings } from './findings.ts';
import type { Finding, Frame, Stack } from './reading.ts';
import { findStartFailure } from './start.ts';
import { divide, type UpstreamFinding } from './upstream.ts';
import type { CaseVerdict } from './verdict.ts';

type Expectation = CheckCase['expect'];

/** What a container did. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** The sentence that says which limit ended it. */
  readonly exceeded?: string;
}

export interface Judgement {
  readonly verdict: CaseVerdict;
  /** What differed, expected and found, a sentence each; empty for a pass. */
  readonly reasons: readonly string[];
  /** What was compared with the expectation. */
  readonly findings: readonly Finding[];
  /** What was set aside: it says nothing about the image. */
  readonly upstream: readonly UpstreamFinding[];
  /** True when the program ended well and too few findings were made, of several perhaps: another try may make them. */
  readonly missed: boolean;
}

/** The verdict of one run of a case, with its reasons. */
export function judge(checkCase: CheckCase, outcome: Outcome): Judgement {
  const output = `${outcome.stdout}\n${outcome.stderr}`;
  const failure = findStartFailure(output);
  if (failure !== undefined) {
    const reasons = [`the sanitizer could not start: ${failure.message}`, `remedy: ${failure.remedy}`];
    return { verdict: 'could-not-start', reasons, findings: [], upstream: [], missed: false };
  }
  return judgeFindings(checkCase, outcome, parseFindings(output));
}

function judgeFindings(checkCase: CheckCase, outcome: Outcome, all: readonly Finding[]): Judgement {
  const { expect } = checkCase;
  const { findings, upstream } = setUpstreamAside(expect, all);
  const excused = expect.besides === 'upstream' && upstream.length > 0;
  const compared = excused ? { ...checkCase, expect: excuse(expect, outcome, all) } : checkCase;
  const differences = [...compareProcess(compared, outcome), ...compareFindings(expect.findings, findings)];
  const reasons =
    differences.length === 0 || outcome.exceeded === undefined ? differences : [outcome.exceeded, ...differences];
  const missed = endedWell(checkCase, outcome, all) && findings.length < (expect.findings?.min ?? 0);
  const verdict = reasons.length > 0 ? 'fail' : excused ? 'upstream' : 'pass';
  return { verdict, reasons, findings, upstream, missed };
}

/** What is compared with the expectation, and what is upstream's. Where neither is said, all is compared. */
function setUpstreamAside({ findings, besides }: Expectation, all: readonly Finding[]) {
  if (findings === undefined && besides === undefined) {
    return { findings: all, upstream: [] };
  }
  const parts = all.map((finding) => (isSeeded(findings, finding) ? { rest: finding, upstream: [] } : divide(finding)));
  return {
    findings: parts.flatMap(({ rest }) => rest ?? []),
    upstream: parts.flatMap(({ upstream }) => upstream),
  };
}

function isSeeded(expected: FindingsExpectation | undefined, finding: Finding): boolean {
  return expected !== undefined && compareFinding(expected, finding).length === 0;
}

/** What can still be expected of a program whose run upstream's own code spoiled: a report changes exit code and stderr. */
function excuse(expect: Expectation, { exitCode }: Outcome, all: readonly Finding[]): Expectation {
  const stopped = all.some(({ sanitizer }) => sanitizer === 'AddressSanitizer');
  return {
    ...expect,
    exitCode: findingsExitCodes.includes(exitCode) ? exitCode : expect.exitCode,
    stdout: stopped ? undefined : expect.stdout,
    stderr: undefined,
  };
}

// ThreadSanitizer's, and that of the others.
const findingsExitCodes = [66, 1];

// With the code for findings, and none that can be read, something is wrong that no other try puts right.
function endedWell({ expect }: CheckCase, { exitCode, timedOut }: Outcome, findings: readonly Finding[]): boolean {
  return !timedOut && (exitCode === 0 || (exitCode === expect.exitCode && findings.length > 0));
}

function compareProcess({ expect, timeoutSeconds }: CheckCase, outcome: Outcome): string[] {
  if (outcome.timedOut) {
    return [`did not end within ${String(timeoutSeconds)} s`];
  }
  const reasons: string[] = [];
  if (outcome.exitCode !== expect.exitCode) {
    reasons.push(`exit code: expected ${String(expect.exitCode)}, got ${String(outcome.exitCode)}${lastLine(outcome)}`);
  }
  if (expect.stdout !== undefined && !new RegExp(expect.stdout, 'm').test(outcome.stdout)) {
    reasons.push(`stdout: expected /${expect.stdout}/, got ${quote(outcome.stdout)}`);
  }
  if (expect.stderr === 'empty' && outcome.stderr !== '') {
    reasons.push(`stderr: expected nothing, got ${quote(outcome.stderr)}`);
  }
  return reasons;
}

function lastLine({ stdout, stderr }: Outcome): string {
  const line = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
  return line === '' ? '' : `; its last line: ${quote(line)}`;
}

const shownLength = 300;

function quote(text: string): string {
  const shown = text.trim();
  return JSON.stringify(shown.length > shownLength ? `${shown.slice(0, shownLength)}…` : shown);
}

function compareFindings(expected: FindingsExpectation | undefined, findings: readonly Finding[]): string[] {
  const counted = compareCount(expected, findings);
  if (expected === undefined) {
    return counted;
  }
  const each = findings.flatMap((finding, index) =>
    compareFinding(expected, finding).map((reason) => `finding ${String(index + 1)}: ${reason}`),
  );
  return [...counted, ...each];
}

function compareCount(expected: FindingsExpectation | undefined, findings: readonly Finding[]): string[] {
  const min = expected?.min ?? 0;
  const max = expected === undefined ? 0 : (expected.max ?? Infinity);
  if (findings.length >= min && findings.length <= max) {
    return [];
  }
  const found =
    findings.length === 0 ? 'none' : `${String(findings.length)}: ${findings.map(formatFinding).join('; ')}`;
  return [`findings: expected ${formatRange(min, max)}, found ${found}`];
}

function formatRange(min: number, max: number): string {
  if (max === min) {
    return min === 0 ? 'none' : String(min);
  }
  return max === Infinity ? `${String(min)} or more` : `${String(min)} to ${String(max)}`;
}

/** `data race: store race.c:14 / store race.c:14`: where its accesses were, else what its first stack says. */
export function formatFinding(finding: Finding): string {
  const accesses = accessStacks(finding);
  const namespaces = (accesses.length > 0 ? accesses : finding.stacks.slice(0, 1)).map(({ frames }) => {
    const frame = frames.find(({ file }) => file !== undefined) ?? frames[0];
    return frame === undefined ? 'stack not restored' : formatFrame(frame);
  });
  return `${finding.kind}: ${namespaces.join(' / ')}`;
}

function compareFinding({ kind, inBothStacks, inStacks }: FindingsExpectation, finding: Finding): string[] {
  if (finding.summary === undefined) {
    return ['the report is cut off'];
  }
  const reasons = finding.kind === kind ? [] : [`expected a ${kind}, found a ${finding.kind}`];
  const named = Object.entries(inStacks ?? {}).flatMap(([begin, frame]) => compareNamed(begin, frame, finding));
  const both = inBothStacks === undefined ? [] : compareAccesses(inBothStacks, finding);
  return [...reasons, ...both, ...named, ...compareSymbols(finding)];
}

function compareAccesses(expected: FrameExpectation, finding: Finding): string[] {
  const stacks = accessStacks(finding);
  const missing = stacks.length === 2 ? [] : [`expected two stacks, found ${String(stacks.length)}`];
  return [...missing, ...stacks.flatMap((stack) => compareStack(expected, stack))];
}

function compareNamed(begin: string, expected: FrameExpectation, { stacks }: Finding): string[] {
  const found = stacks.filter(({ title }) => title.startsWith(begin));
  const titles = stacks.map(({ title }) => title).join('; ');
  return found[0] === undefined
    ? [`expected a stack "${begin}…", found ${titles === '' ? 'none' : titles}`]
    : compareStack(expected, found[0]);
}

function compareStack(expected: FrameExpectation, stack: Stack): string[] {
  return stack.frames.some((frame) => matches(expected, frame))
    ? []
    : [`${stack.title}: expected ${Object.values(expected).join(' ')}, found ${formatStack(stack)}`];
}

/** The stacks of the accesses themselves; where thread and memory came from is told by the others. */
export function accessStacks({ stacks }: Finding): readonly Stack[] {
  return stacks.filter(({ title }) => /^(?:previous )?(?:atomic )?(?:read|write) of size /i.test(title));
}

function matches(expected: FrameExpectation, frame: Frame): boolean {
  const name = fileName(frame.file ?? '');
  return (
    (expected.function === undefined || expected.function === frame.function) &&
    (expected.source === undefined || [name, `${name}:${String(frame.line)}`].includes(expected.source)) &&
    (expected.module === undefined || fileName(frame.module ?? '').startsWith(expected.module))
  );
}

function formatStack({ frames }: Stack): string {
  const shown = frames.slice(0, 4).map(formatFrame).join(' < ');
  return shown === '' ? 'a stack that the runtime could not restore' : shown;
}

function compareSymbols({ stacks }: Finding): string[] {
  const frames = stacks.flatMap((stack) => stack.frames);
  const bare = frames.filter((frame) => !isSymbolised(frame));
  if (bare[0] === undefined) {
    return [];
  }
  const count = `${String(bare.length)} of ${String(frames.length)}`;
  return [`${count} frames lack function or file, for instance ${formatFrame(bare[0])}`];
}
