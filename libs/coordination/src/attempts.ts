/**
 * Reads the failures of one build from the runs of its workflow. Pure. GitHub keeps the runs, so failures are not counted
 * anywhere else.
 *
 * A run's name says what it builds: `numpy-tsan 3.14.10t b0123456789ab`. A person who starts a run may leave out the Python
 * tag. Only the coordinator names the build.
 */
import { type Build, buildName, formatPythonTag } from '@pysan/model';

export interface WorkflowRun {
  readonly id: number;
  /** The result of the workflow's `run-name`. */
  readonly name: string;
  readonly url: string;
  /** How it ended: `success`, `failure`, `cancelled`, `timed_out` …; undefined while it runs. */
  readonly conclusion: string | undefined;
  /** When it ended or last changed, in milliseconds since 1970. */
  readonly at: number;
}

export interface Attempts {
  /** A run for that image and Python tag that has not ended, whichever build it makes. */
  readonly running: WorkflowRun | undefined;
  /** The runs for this exact build that did not publish it, the newest first. */
  readonly failures: readonly WorkflowRun[];
}

/** The `run-name` of an image's workflow. The last two parts may be empty when a person starts it. */
export function formatRunName(image: string, python: string, build: string): string {
  return `${image} ${python} ${build}`;
}

const runName = /^(?<image>\S+)(?: +(?<python>\d\S*))?(?: +(?<build>b[0-9a-f]{12}))?$/;
const dayMs = 24 * 60 * 60 * 1000;
const doublingsMax = 4;

/**
 * Selects the runs of an image's workflow for a build. `isPresent` means that the build exists and lacks only its proof or a
 * tag. Then failures before its last success do not count.
 */
export function attemptsOf(build: Build, runs: readonly WorkflowRun[], isPresent: boolean): Attempts {
  const named = runs.map((run): NamedRun => ({ run, ...runName.exec(run.name.trim())?.groups }));
  const python = build.python === undefined ? undefined : formatPythonTag(build.python);
  const running = named.find((it) => it.run.conclusion === undefined && (it.python ?? python) === python);
  const ended = named
    .filter((it) => it.build === buildName(build.id) && isEnd(it.run.conclusion))
    .map(({ run }) => run)
    .toSorted((left, right) => right.at - left.at || right.id - left.id);
  return { running: running?.run, failures: isPresent ? sinceSuccess(ended) : ended };
}

interface NamedRun {
  readonly run: WorkflowRun;
  readonly python?: string;
  readonly build?: string;
}

// A cancelled run counts. GitHub cancels runs that take too long, and a person who cancels one does not want another at once.
function isEnd(conclusion: string | undefined): boolean {
  return conclusion !== undefined && conclusion !== 'skipped';
}

// A successful run without the build made another build. If it did not count, it would be started again for ever.
function sinceSuccess(ended: readonly WorkflowRun[]): readonly WorkflowRun[] {
  const index = ended.findIndex(({ conclusion }) => conclusion === 'success');
  return index === -1 ? ended : ended.slice(0, index);
}

/** When a build may be retried, in milliseconds since 1970: 1, 2, 4, 8, then 16 days after its last failure; 0 without one. */
export function nextTryAfter(failures: readonly WorkflowRun[]): number {
  const [last] = failures;
  return last === undefined ? 0 : last.at + dayMs * 2 ** Math.min(failures.length - 1, doublingsMax);
}
