/**
 * What the runs of a workflow say of one build. Pure, and all there is to remember: GitHub keeps the runs, so nobody
 * else has to count failures.
 *
 * A run says by its name what it is for: `numpy-tsan 3.14.10t b0123456789ab`. Somebody who starts one by hand may leave
 * the Python tag to the run, and the build is named by the coordinator alone.
 */
import { type Build, buildName, formatPythonTag } from '@pysan/model';

export interface WorkflowRun {
  readonly id: number;
  /** What the workflow's `run-name` says. */
  readonly name: string;
  readonly url: string;
  /** How it ended: `success`, `failure`, `cancelled`, `timed_out` …; undefined while it has not. */
  readonly conclusion: string | undefined;
  /** When it ended or last changed, in ms since 1970. */
  readonly at: number;
}

export interface Attempts {
  /** A run for that image and Python tag that has not ended, whichever build it makes. */
  readonly running: WorkflowRun | undefined;
  /** The runs for this exact build that did not bring it, the newest first. */
  readonly failures: readonly WorkflowRun[];
}

/** What a workflow of an image is to have as its `run-name`; the last two may be empty, where a person starts it. */
export function formatRunName(image: string, python: string, build: string): string {
  return `${image} ${python} ${build}`;
}

const runName = /^(?<image>\S+)(?: +(?<python>\d\S*))?(?: +(?<build>b[0-9a-f]{12}))?$/;
const dayMs = 24 * 60 * 60 * 1000;
const doublingsMax = 4;

/**
 * Sorts out the runs of an image's workflow for a build. `isPresent` says that the build exists and lacks only its
 * proof or a tag: then what was before its last success does not count.
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

// A cancelled run counts: GitHub cancels what takes too long, and whoever cancels one does not want the next at once.
function isEnd(conclusion: string | undefined): boolean {
  return conclusion !== undefined && conclusion !== 'skipped';
}

// A run that succeeded, though the build is not there, made something else: without a count it would be made for ever.
function sinceSuccess(ended: readonly WorkflowRun[]): readonly WorkflowRun[] {
  const index = ended.findIndex(({ conclusion }) => conclusion === 'success');
  return index === -1 ? ended : ended.slice(0, index);
}

/** When a build may be tried again, in ms since 1970: 1, 2, 4, 8, then 16 days after its last failure; 0 without one. */
export function nextTryAfter(failures: readonly WorkflowRun[]): number {
  const [last] = failures;
  return last === undefined ? 0 : last.at + dayMs * 2 ** Math.min(failures.length - 1, doublingsMax);
}
