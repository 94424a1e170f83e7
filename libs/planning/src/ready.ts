/** The builds that can be published now, side by side: the matrix that a CI fans out. Pure. */
import { buildName, type Image } from '@pysan/model';

import type { Planned, State } from './plan.ts';
import { allNeededIn, type Candidate, keyOf } from './wanted.ts';

export interface ReadyBuild {
  readonly image: string;
  /** Absent for an image below the first Python. */
  readonly python?: string;
  /** `b` and 12 digits. */
  readonly build: string;
  /** The build as `pysan publish` takes it: `numpy-tsan --python=3.14.10t`. */
  readonly publish: string;
}

/**
 * Those of a plan that have something to be done, and of which all that is below is fresh: a publication makes what lacks
 * there, and two of them would make it twice. In the order of the plan, which is that of the candidates.
 */
export function readyBuilds(
  images: ReadonlyMap<string, Image>,
  candidates: readonly Candidate[],
  planned: readonly Planned[],
): readonly ReadyBuild[] {
  const byKey = new Map(candidates.map((candidate, index) => [keyOf(candidate), planned[index] as Planned]));
  return candidates.flatMap((candidate, index) => {
    const own = planned[index] as Planned;
    const below = allNeededIn(byKey, images, candidate);
    return isWork(own.state) && below.every(({ state }) => state === 'fresh') ? [toReady(own)] : [];
  });
}

const idle: readonly State[] = ['fresh', 'waiting', 'not-buildable', 'on-hold', 'unknown'];

function isWork(state: State): boolean {
  return !idle.includes(state);
}

function toReady({ image, python, buildId = '' }: Planned): ReadyBuild {
  return {
    image,
    ...(python === undefined ? {} : { python }),
    build: buildName(buildId),
    publish: python === undefined ? image : `${image} --python=${python}`,
  };
}
