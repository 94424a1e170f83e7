/**
 * The plan: what is to be done for each wanted build, and why. Pure: what exists and what the checks are come in.
 *
 * A build is named by everything that goes into it, so the question is only whether that name exists and is proven.
 * The reasons come after that, by comparing what exists with what is wanted.
 */
import { type Build, type BuildId, formatPythonTag } from '@pysan/model';

import { compareInputs } from './compare-inputs.ts';
import { type Found, isThere, type Present } from './present.ts';
import { type Reason, reason } from './reason.ts';
import { type Candidate, isObstacle, keyOf, neededIn } from './wanted.ts';

export type State =
  'fresh' | 'to-build' | 'to-verify' | 'to-promote' | 'waiting' | 'not-buildable' | 'on-hold' | 'unknown';

/** True for a build that exists: it takes no rebuild, and can be built upon, whether or not its proof is of today. */
export function isMade(state: State): boolean {
  return state === 'fresh' || state === 'to-verify' || state === 'to-promote';
}

export interface Planned {
  readonly image: string;
  /** What was asked for: `3.14t`. */
  readonly tag?: string;
  /** What that means: `3.14.10t`. */
  readonly python?: string;
  readonly state: State;
  /** At least one; the one that decides comes first. */
  readonly reasons: readonly Reason[];
  /** Of the build that is wanted; absent where it cannot be told. */
  readonly buildId?: BuildId;
  /** What exists of it, or where its tag points instead. */
  readonly present?: Pick<Present, 'digest' | 'buildId'>;
}

/** What there is to judge by: what was found for each key, and the hash of each image's checks of today. */
export interface Evidence {
  readonly found: ReadonlyMap<string, Found>;
  readonly checks: ReadonlyMap<string, string>;
}

/** One line of the plan for each candidate, in their order, in which each comes after those that it is made from. */
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
 * Why an image counts as unproven; undefined when its last verification was by today's checks, given by their hash, and
 * passed. An earlier pass counts for nothing. For plans and publications alike.
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
