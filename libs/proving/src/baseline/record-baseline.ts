/** Records what upstream's own threaded tests do in an image, each finding with how often it came. */
import path from 'node:path';

import { runLimited, stopOnSignals } from '@pysan/engine';
import { ProductError, UsageError } from '@pysan/model';
import {
  type Baseline,
  type BaselineFinding,
  formatBaselineLines,
  parseBaselineLines,
  type Subject,
  withIssues,
} from '@pysan/verification';
import { findOwnTests, makeRecordFolder, readKnownFindings } from '@pysan/workspace';
import writeFileAtomic from 'write-file-atomic';

import { readSubject } from '../verify/subject.ts';
import type { VerifyTask } from '../verify/verify-built.ts';

const secondsMax = 6 * 3600;

export interface BaselineTask extends VerifyTask {
  /** How often the tests run. */
  readonly runs: number;
}

/**
 * Runs `images/<image>/own-tests`, and writes races.jsonl beside build.json, as `san baseline` reads it. UsageError for an
 * image that has no such tests, ProductError when they proved nothing.
 */
export async function recordBaseline(task: BaselineTask): Promise<Baseline> {
  const { root, imageName, reference, runs, report } = task;
  const tests = await requireOwnTests(root, imageName);
  const subject = await readSubject(imageName, reference);
  const findings = await runTests(task, tests);
  const baseline = withIssues(baselineOf(subject, runs, findings), await readKnownFindings(root));
  const file = path.join(await makeRecordFolder(root, imageName, subject.pythonTag), 'races.jsonl');
  await writeFileAtomic(file, formatBaselineLines(baseline));
  report(`${String(findings.length)} findings in ${String(runs)} runs: ${path.relative(root, file)}`);
  return baseline;
}

async function runTests({ reference, runs, report }: BaselineTask, tests: string): Promise<readonly BaselineFinding[]> {
  const lines: string[] = [];
  const container = {
    image: reference,
    command: ['/pysan/record-runs', String(runs)],
    env: { OWN_TESTS: '/pysan/own-tests' },
    network: 'none',
    sharedMemory: '1g',
    mounts: [
      { source: tests, target: '/pysan/own-tests', readonly: true },
      { source: path.join(import.meta.dirname, 'record-runs'), target: '/pysan/record-runs', readonly: true },
    ],
  };
  const onLine = (line: string): void => (line.startsWith('{') ? void lines.push(line) : report(line));
  const { exitCode, stderr, exceeded } = await stopOnSignals((signal) =>
    runLimited(container, { onLine, signal, timeoutSeconds: secondsMax }),
  );
  if (exitCode !== 0) {
    throw new ProductError(
      `The own tests of ${reference} ended with ${String(exitCode)}:\n${[exceeded ?? '', stderr.trim()].join('\n').trim()}`,
    );
  }
  return readFindings(reference, lines);
}

function readFindings(reference: string, lines: readonly string[]): readonly BaselineFinding[] {
  try {
    return parseBaselineLines(lines);
  } catch (cause) {
    throw new ProductError(`\`san baseline record\` of ${reference} does not print a baseline.`, { cause });
  }
}

function baselineOf(
  { image, pythonTag, buildId, versions = {} }: Subject,
  runs: number,
  findings: readonly BaselineFinding[],
): Baseline {
  const python = pythonTag === undefined ? {} : { pythonTag };
  return { schemaVersion: 1, image, ...python, buildId, versions: { ...versions }, runs, findings: [...findings] };
}

/** The script that runs upstream's own tests in an image. UsageError for an image that has none. */
export async function requireOwnTests(root: string, image: string): Promise<string> {
  const file = await findOwnTests(root, image);
  if (file === undefined) {
    throw new UsageError(`${image} has no images/${image}/own-tests: it has no tests of upstream's to run.`);
  }
  return file;
}
