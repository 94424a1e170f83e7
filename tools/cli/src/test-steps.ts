/**
 * Runs the steps of `pysan test` and `pysan e2e`, all of them even after a failure, and counts the results. A jest step
 * counts its tests. Any other step counts as one.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';

import { ProductError } from '@pysan/model';
import { execa } from 'execa';

export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Whether it takes `--json --outputFile`, as jest does. */
  readonly jest?: boolean;
  /** Called when all of it passed and nothing was skipped. */
  readonly onPass?: () => Promise<void>;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of jest's results that pysan reads: https://jestjs.io/docs/configuration#testresultsprocessor-string */
export interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

const root = path.resolve(import.meta.dirname, '../../..');

/**
 * Runs the steps one after the other and prints the time of each to stderr. The last line of stdout has the counts. After a
 * failure the process ends with exit code 1.
 */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  await runLanes(steps, 1);
}

/** As runSteps, for independent steps: runs as many at a time as there are cores. */
export async function runIndependentSteps(steps: readonly Step[]): Promise<void> {
  await runLanes(steps, availableParallelism());
}

async function runLanes(steps: readonly Step[], count: number): Promise<void> {
  const counts: Counts[] = [];
  // The lanes share the iterator. The next free lane takes the next step.
  const next = steps.values();
  const runLane = async (): Promise<void> => {
    for (const step of next) {
      counts.push(await runStep(step, count === 1));
    }
  };
  await Promise.all(Array.from({ length: count }, runLane));
  const total = sum(counts);
  console.log(formatCounts(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
}

/** A step that runs alone shows its output immediately. Parallel steps show theirs when they end. */
async function runStep(step: Step, alone: boolean): Promise<Counts> {
  console.error(`== ${step.name}`);
  const start = performance.now();
  const counts = await (step.jest === true ? runJest(step, alone) : runTool(step, alone));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.error(`== ${step.name}: ${formatCounts(counts)} in ${seconds} s`);
  if (counts.failed === 0 && counts.skipped === 0) {
    await step.onPass?.();
  }
  return counts;
}

async function runTool({ command }: Step, alone: boolean): Promise<Counts> {
  const { failed } = await run(command, alone);
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 };
}

async function runJest({ command }: Step, alone: boolean): Promise<Counts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-test-'));
  const file = path.join(folder, 'results.json');
  try {
    const { failed } = await run([...command, '--json', `--outputFile=${file}`], alone);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return countJest(text === undefined ? undefined : (JSON.parse(text) as JestResults), failed);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Tests by outcome. A spec that cannot be loaded counts as one failure, as does any other failure of jest. */
export function countJest(results: JestResults | undefined, failed: boolean): Counts {
  const failures = results === undefined ? 0 : results.numFailedTests + results.numRuntimeErrorTestSuites;
  return {
    passed: results?.numPassedTests ?? 0,
    failed: failed ? Math.max(failures, 1) : failures,
    skipped: results === undefined ? 0 : results.numPendingTests + results.numTodoTests,
  };
}

export function sum(counts: readonly Counts[]): Counts {
  return counts.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** `12 passed, 0 failed`, and the number of skipped tests if there are any. */
export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

/** Runs a program from node_modules/.bin or PATH in the root of the repository. All its output goes to stderr. */
async function run([file = '', ...args]: readonly string[], alone: boolean): Promise<{ failed: boolean }> {
  const output = alone ? process.stderr : 'pipe';
  const result = await execa(file, args, {
    cwd: root,
    preferLocal: true,
    localDir: root,
    reject: false,
    stdio: ['ignore', output, output],
    all: true,
  });
  if (!alone) {
    process.stderr.write(`${result.all}\n`);
  }
  if (result.signal === 'SIGINT' || result.exitCode === 130) {
    throw new ProductError(`${file} was interrupted`);
  }
  return result;
}
