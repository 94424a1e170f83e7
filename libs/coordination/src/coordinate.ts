/**
 * The coordinator's decision: which builds to start now, and the status of each other build. Pure and without state: the
 * plan, the runs on GitHub and the time are arguments.
 *
 * A build is started if it is missing, stale or unproven, and all images that it is made from are fresh.
 */
import { type Build, type BuildId, buildName, formatPythonTag, type Image, neededFor } from '@pysan/model';

import { attemptsOf, nextTryAfter, type WorkflowRun } from './attempts.ts';
import {
  allNeededIn,
  type Candidate,
  formatReason,
  isMade,
  isObstacle,
  keyOf,
  type Planned,
  runningAhead,
} from '@pysan/planning';

export type Status =
  'fresh' | 'dispatched' | 'running' | 'waiting' | 'failed' | 'blocked' | 'on-hold' | 'not-buildable' | 'unknown';

/** The status of one tracked build. */
export interface Row {
  readonly image: string;
  readonly tag?: string;
  readonly python?: string;
  readonly status: Status;
  readonly why: string;
  /** The run on GitHub that shows it. */
  readonly link?: string;
  readonly buildId?: BuildId;
  /** The runs that did not publish this build, the newest first; absent for none. */
  readonly failures?: readonly WorkflowRun[];
}

/** A run to start. */
export interface Dispatch {
  readonly image: string;
  /** Absent for an image without a Python. */
  readonly tag?: string;
  /** A file name in `.github/workflows`. */
  readonly workflow: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface Situation {
  readonly images: ReadonlyMap<string, Image>;
  /** Each comes after the images that it is made from. */
  readonly candidates: readonly Candidate[];
  /** The plan of these candidates, in their order. */
  readonly planned: readonly Planned[];
  /** The runs of each workflow by its file, or why they could not be listed. */
  readonly runs: ReadonlyMap<string, readonly WorkflowRun[] | { readonly unreadable: string }>;
  /** The components whose upstream did not answer, with the error. */
  readonly doubts: ReadonlyMap<string, string>;
  /** In milliseconds since 1970. */
  readonly now: number;
}

export interface Coordination {
  /** In the order of the candidates. */
  readonly rows: readonly Row[];
  readonly dispatches: readonly Dispatch[];
}

/** `numpy-tsan:3.14t` */
export function nameOf({ image, tag }: { readonly image: string; readonly tag?: string }): string {
  return tag === undefined ? image : `${image}:${tag}`;
}

/** True for a row that needs a person's attention. */
export function isRed({ status }: Pick<Row, 'status'>): boolean {
  return status === 'failed' || status === 'unknown';
}

export function coordinate(situation: Situation): Coordination {
  const judged = new Map<string, Judged>();
  for (const [index, candidate] of situation.candidates.entries()) {
    const planned = situation.planned[index];
    if (planned !== undefined) {
      const needs = allNeededIn(judged, situation.images, candidate);
      const verdict = judge({ candidate, planned, needs, situation });
      judged.set(keyOf(candidate), { candidate, planned, ...verdict });
    }
  }
  return {
    rows: [...judged.values()].map(toRow),
    dispatches: [...judged.values()].flatMap((it) => (it.status === 'dispatched' ? toDispatch(it.candidate) : [])),
  };
}

interface Verdict {
  readonly status: Status;
  readonly why: string;
  readonly link?: string;
  readonly failures?: readonly WorkflowRun[];
}

interface Judged extends Verdict {
  readonly candidate: Candidate;
  readonly planned: Planned;
}

interface Evidence {
  readonly candidate: Candidate;
  readonly planned: Planned;
  /** All images below it. A run builds none of them. */
  readonly needs: readonly Judged[];
  readonly situation: Situation;
}

function judge(evidence: Evidence): Verdict {
  const { candidate, planned, situation } = evidence;
  const doubt = doubtOf(candidate.image, situation);
  if (doubt !== undefined) {
    return { status: 'unknown', why: doubt };
  }
  const { state } = planned;
  if (state === 'waiting' || state === 'to-build' || state === 'to-verify' || state === 'to-promote') {
    // A plan with an action has a build id, so there is a build.
    return judgeWork(evidence, candidate.build as Build);
  }
  return { status: state, why: state === 'fresh' ? '' : (planned.reasons[0]?.what ?? '') };
}

// A build that is fresh by the lock may be old by upstream, and a build newer than the lock must not be replaced.
function doubtOf({ name }: Image, { images, doubts }: Situation): string | undefined {
  const used = neededFor(images, name).flatMap(({ components }) => components);
  const component = used.find((it) => doubts.has(it));
  return component === undefined ? undefined : describeDoubt(component, doubts.get(component) ?? '');
}

/** Why the status of every build with a component is unknown. */
export function describeDoubt(component: string, message: string): string {
  return `the releases of ${component} are not known: ${message}`;
}

function judgeWork({ candidate, planned, needs, situation }: Evidence, build: Build): Verdict {
  const hindrance = hindranceBy(needs);
  const { workflow } = candidate.image;
  const runs = situation.runs.get(workflow) ?? { unreadable: `the runs of ${workflow} were not listed` };
  if ('unreadable' in runs) {
    return { status: 'unknown', why: runs.unreadable };
  }
  const { running, failures } = attemptsOf(build, runs, isMade(planned.state));
  const past = failures.length === 0 ? {} : { failures };
  if (running !== undefined) {
    return { status: 'running', why: 'a run for it has not ended', link: running.url, ...past };
  }
  return hindrance ?? { ...tryNow(planned, failures, situation.now), ...past };
}

const coming: readonly Status[] = ['dispatched', 'running', 'waiting'];

/** A parent that needs attention is a better explanation than one that is being built. */
function hindranceBy(needs: readonly Judged[]): Verdict | undefined {
  const absent = needs.filter(({ status }) => status !== 'fresh');
  const first = absent.find(({ status }) => !coming.includes(status)) ?? absent[0];
  return (
    first && {
      status: coming.includes(first.status) ? 'waiting' : 'blocked',
      why: `${keyOf(first.candidate)} is ${first.status}`,
    }
  );
}

function tryNow({ reasons }: Planned, failures: readonly WorkflowRun[], now: number): Verdict {
  const [last] = failures;
  const next = nextTryAfter(failures);
  if (last !== undefined && now < next) {
    const why = `${describeFailures(failures)}; the next try is not before ${new Date(next).toISOString()}`;
    return { status: 'failed', why, link: last.url };
  }
  const own = reasons.find(({ code }) => code !== 'waiting-for-parent');
  const why = own === undefined ? '' : formatReason(own);
  return { status: 'dispatched', why: last === undefined ? why : `${why} (${describeFailures(failures)} before)` };
}

function describeFailures(failures: readonly WorkflowRun[]): string {
  const ends = failures[0]?.conclusion === 'success' ? 'its run succeeded but did not publish this build' : 'it failed';
  return `${ends}${failures.length === 1 ? '' : `, ${failures.length} times in a row`}`;
}

function toRow({ candidate: _, planned, ...verdict }: Judged): Row {
  const { image, tag, python, buildId } = planned;
  return {
    image,
    ...(tag === undefined ? {} : { tag }),
    ...(python === undefined ? {} : { python }),
    ...verdict,
    ...(buildId === undefined ? {} : { buildId }),
  };
}

// The lock on the workflow's branch may not have these releases yet.
export const libraryInputs: readonly string[] = runningAhead.filter((component) => component !== 'cpython');

/** The inputs of an image's workflow, which depend on its chain: `python_version`, `numpy_version` …, `build_id`. */
export function workflowInputsOf(images: ReadonlyMap<string, Image>, name: string): readonly string[] {
  const used = new Set(neededFor(images, name).flatMap(({ components }) => components));
  const python = used.has('cpython') ? ['python_version'] : [];
  const libraries = libraryInputs.filter((library) => used.has(library)).map((library) => `${library}_version`);
  return [...python, ...libraries, 'build_id'];
}

function toDispatch({ image, tag, build }: Candidate): Dispatch[] {
  if (isObstacle(build)) {
    return [];
  }
  const libraries = build.contents.filter(({ component }) => libraryInputs.includes(component));
  const inputs = {
    ...(build.python === undefined ? {} : { python_version: formatPythonTag(build.python) }),
    ...Object.fromEntries(libraries.map(({ component, version }) => [`${component}_version`, version])),
    build_id: buildName(build.id),
  };
  return [{ image: image.name, ...(tag === undefined ? {} : { tag }), workflow: image.workflow, inputs }];
}
