/** The builds that can be published now, in parallel: the job matrix of a CI system. Pure. */
import { buildName, type Image } from '@pysan/model';

import type { Planned, State } from './plan.ts';
import { allNeededIn, type Candidate, keyOf } from './wanted.ts';

export interface ReadyBuild {
  readonly image: string;
  /** Absent for an image without a Python. */
  readonly python?: string;
  /** `b` and 12 digits. */
  readonly build: string;
  /** The build as arguments of `pysan publish`: `numpy-tsan --python=3.14.10t`. */
  readonly publish: string;
}

/**
 * The builds of a plan that need an action and whose parents are all fresh. A publication also makes missing parents, so two
 * publications would make them twice. They are in the order of the plan, which is that of the candidates.
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
