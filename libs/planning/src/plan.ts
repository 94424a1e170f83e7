/**
 * The plan: the action for each wanted build, and its reasons. Pure: the existing images and the checks are arguments.
 *
 * The name of a build covers all its inputs, so the question is only whether that name exists and is proven. The reasons
 * come from comparing the existing build with the wanted one.
 */
import { type Build, type BuildId, formatPythonTag } from '@pysan/model';

import { compareInputs } from './compare-inputs.ts';
import { type Found, isThere, type Present } from './present.ts';
import { type Reason, reason } from './reason.ts';
import { type Candidate, isObstacle, keyOf, neededIn } from './wanted.ts';

export type State =
  'fresh' | 'to-build' | 'to-verify' | 'to-promote' | 'waiting' | 'not-buildable' | 'on-hold' | 'unknown';

/** True for a build that exists. It needs no rebuild, and others can be built on it, even if its proof is outdated. */
export function isMade(state: State): boolean {
  return state === 'fresh' || state === 'to-verify' || state === 'to-promote';
}

export interface Planned {
  readonly image: string;
  /** The requested tag: `3.14t`. */
  readonly tag?: string;
  /** The release that it means: `3.14.10t`. */
  readonly python?: string;
  readonly state: State;
  /** At least one. The deciding reason comes first. */
  readonly reasons: readonly Reason[];
  /** The id of the wanted build; absent if it is not known. */
  readonly buildId?: BuildId;
  /** The existing image of it, or the one that its tag names instead. */
  readonly present?: Pick<Present, 'digest' | 'buildId'>;
}

/** The facts to judge by: the image that was found for each key, and the hash of each image's present checks. */
export interface Evidence {
  readonly found: ReadonlyMap<string, Found>;
  readonly checks: ReadonlyMap<string, string>;
}

/** One line of the plan for each candidate, in their order. Each comes after the builds that it is made from. */
export function planBuilds(candidates: readonly Candidate[], evidence: Evidence): readonly Planned[] {
  const planned = new Map<string, Planned>();
  for (const candidate of candidates) {
    planned.set(keyOf(candidate), planOne(candidate, neededIn(planned, candidate), evidence));
  }
  return [...planned.values()];
}

interface Judgement {
  readonly state: State;
  readonly reasons: readonly Reason[];
}

function planOne(candidate: Candidate, needs: readonly Planned[], { found, checks }: Evidence): Planned {
  const { image, tag, build } = candidate;
  const name = { image: image.name, ...(tag === undefined ? {} : { tag }) };
  if (isObstacle(build)) {
    return { ...name, state: build.code, reasons: [reason(build.code, build.because)] };
  }
  const present = found.get(keyOf(candidate));
  const seen = present === undefined || 'unreadable' in present ? undefined : present;
  return {
    ...name,
    ...(build.python === undefined ? {} : { python: formatPythonTag(build.python) }),
    ...judge(build, present, needs, checks.get(image.name)),
    buildId: build.id,
    ...(seen === undefined ? {} : { present: { digest: seen.digest, buildId: seen.buildId } }),
  };
}

function judge(build: Build, present: Found, needs: readonly Planned[], checks: string | undefined): Judgement {
  if (present !== undefined && 'unreadable' in present) {
    return { state: 'unknown', reasons: [reason('unknown', present.unreadable)] };
  }
  if (present !== undefined && isThere({ build, found: present })) {
    return judgePresent(present, checks);
  }
  const own = present === undefined ? [reason('missing', 'no such image')] : whyAnother(build, present);
  const waiting = needs.flatMap((it) => waitingFor(it) ?? []);
  return { state: waiting.length === 0 ? 'to-build' : 'waiting', reasons: [...waiting, ...own] };
}

function whyAnother(build: Build, { buildId, foreign, inputs }: Present): readonly Reason[] {
  return buildId === build.id
    ? [reason('foreign', `what is under its name is not used: ${foreign ?? ''}`)]
    : compareInputs(inputs, build.inputs, build.image.parent);
}

function judgePresent(present: Present, checks: string | undefined): Judgement {
  if (present.hold !== undefined) {
    return { state: 'on-hold', reasons: [reason('on-hold', present.hold)] };
  }
  const outdated = outdatedProof(present, checks);
  if (outdated !== undefined) {
    return { state: 'to-verify', reasons: [outdated] };
  }
  const { lacks = [] } = present;
  return lacks.length === 0
    ? { state: 'fresh', reasons: [reason('fresh', 'built from these inputs and proven by these checks')] }
    : { state: 'to-promote', reasons: [reason('unpromoted', `${lacks.join(', ')} should name it`)] };
}

/**
 * Why an image counts as unproven; undefined if its last verification was by the present checks, given by their hash, and
 * passed. An earlier pass does not count. For plans and publications.
 */
export function outdatedProof(
  { proof, buildId }: Pick<Present, 'proof' | 'buildId'>,
  checks: string | undefined,
): Reason | undefined {
  if (proof?.buildId !== buildId) {
    return reason('proof-outdated', 'it was never verified');
  }
  if (proof.checksHash !== checks) {
    return reason('proof-outdated', 'checks', proof.checksHash, checks);
  }
  return proof.verdict === 'pass'
    ? undefined
    : reason('proof-outdated', `its verification ended with ${proof.verdict}`);
}

function waitingFor({ image, tag, state }: Planned): Reason | undefined {
  return isMade(state)
    ? undefined
    : reason('waiting-for-parent', `${image}${tag === undefined ? '' : `:${tag}`} is ${state}`);
}
