/** Measures the recall of one image: lets the runner run the seeded programs in a container, and counts its results. */
import path from 'node:path';

import type { runContainer } from '@pysan/engine';
import { EngineError, ProductError } from '@pysan/model';
import {
  findStartFailure,
  parseRun,
  type ProgramRecall,
  type ProgramRun,
  recallOf,
  type RecallReport,
  recallReportOf,
  type SeededProgram,
  type Subject,
} from '@pysan/verification';

import { runnerFolder, runnerScript, type SeededPrograms } from './read-programs.ts';

export interface RecallMeasurement {
  readonly root: string;
  readonly subject: Subject;
  /** The measured image. */
  readonly reference: string;
  readonly seeded: SeededPrograms;
  /** The number of runs of each program, and of each twin. */
  readonly runs: number;
  readonly run: typeof runContainer;
  readonly signal?: AbortSignal | undefined;
  /** Additional variables for the container. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called when a program has had all its runs, in the order of the programs. */
  readonly onProgram: (recall: ProgramRecall) => void;
}

/** The report of an image's recall. Throws an EngineError if the sanitizer cannot start, and a ProductError if the runner fails. */
export async function measureRecall(measurement: RecallMeasurement): Promise<RecallReport> {
  const { subject, seeded, runs } = measurement;
  const start = performance.now();
  const programs = await runPrograms(measurement);
  const seconds = (performance.now() - start) / 1000;
  return recallReportOf({ subject, programsHash: seeded.hash, runs, seconds, programs });
}

async function runPrograms(measurement: RecallMeasurement): Promise<readonly ProgramRecall[]> {
  const { seeded, runs, run, signal, onProgram } = measurement;
  const tally = startTally(seeded.programs, runs, onProgram);
  const input = JSON.stringify({ runs, extensions: seeded.extensions.map(inContainer), programs: seeded.programs });
  const { exitCode, stderr, exceeded } = await run(containerFor(measurement), { input, signal, onLine: tally.add });
  const failure = findStartFailure(stderr);
  if (failure !== undefined) {
    throw new EngineError(`The sanitizer could not start: ${failure.message}\nRemedy: ${failure.remedy}`);
  }
  if (exitCode !== 0) {
    throw new ProductError(
      `The runner of seeded programs ended with exit code ${String(exitCode)}:\n${[exceeded ?? '', stderr.trim().slice(-2000)].join('\n').trim()}`,
    );
  }
  return tally.end();
}

/** Collects the runs, which arrive program by program. */
function startTally(programs: readonly SeededProgram[], runs: number, onProgram: RecallMeasurement['onProgram']) {
  const done = programs.map((): ProgramRun[] => []);
  const recallAt = (index: number, program: SeededProgram): ProgramRecall => recallOf(program, runs, done[index] ?? []);
  return {
    add: (line: string): void => {
      const run = parseRun(line);
      const program = programs[run.program];
      const collected = done[run.program];
      if (program !== undefined && collected?.push(run) === 2 * runs) {
        onProgram(recallAt(run.program, program));
      }
    },
    end: (): readonly ProgramRecall[] => programs.map((program, index) => recallAt(index, program)),
  };
}

// Only its owner and root may be allowed to read the checkout.
function containerFor({ root, reference, seeded, env }: RecallMeasurement) {
  return {
    image: reference,
    command: ['python', inContainer(`${runnerFolder}/${runnerScript}`)],
    user: '0',
    network: 'none',
    mounts: [runnerFolder, ...seeded.folders].map((folder) => ({
      source: path.join(root, folder),
      target: inContainer(folder),
      readonly: true,
    })),
    // The first report is enough. A BLAS must not start threads, because the runner forks.
    env: { TSAN_OPTIONS: 'halt_on_error=1', OPENBLAS_NUM_THREADS: '1', ...env },
  };
}

function inContainer(file: string): string {
  return `/pysan/${file}`;
}
