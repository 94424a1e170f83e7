/** The builds that are wanted: each image at each Python tag that it keeps fresh, parents before their children. */
import { type Build, chainOf, type Image, parsePythonTag, UsageError } from '@pysan/model';
import type { Locks } from '@pysan/versions';

import { type ImageInputs, planBuild, type Resolution } from './plan-build.ts';
import { type Commits, CommitUnknown, resolveLocked } from './resolve-locked.ts';

/** Why a build has no name: upstream does not support it, or nobody could say what it would be made of. */
export interface Obstacle {
  readonly code: 'not-buildable' | 'unknown';
  readonly because: string;
}

/** One image at one Python tag. */
export interface Wanted {
  readonly image: Image;
  /** As somebody wrote it: `3.14t`, `3.16t-dev`; undefined for an image below the first Python. */
  readonly tag: string | undefined;
  readonly resolution: Resolution | Obstacle;
}

/** A wanted build that has its name, or cannot have one. */
export interface Candidate {
  readonly image: Image;
  readonly tag: string | undefined;
  readonly build: Build | Obstacle;
}

/** What there is to plan by. */
export interface World {
  readonly images: ReadonlyMap<string, Image>;
  readonly locks: Locks;
  readonly commits: Commits;
  /** Digest or package list that identifies the base image. */
  readonly baseIdentity: string;
}

/** Every image at every tag that it, or an image built on it, keeps fresh. */
export function wantedBuilds(world: World): readonly Wanted[] {
  const images = [...world.images.values()].toSorted((left, right) => depthOf(left, world) - depthOf(right, world));
  return images.flatMap((image) => tracksOf(image, world).map((tag) => want(image, tag, world)));
}

/** One image at one tag, after all that it is built on. UsageError where it needs a tag. */
export function wantedChain(name: string, tag: string | undefined, world: World): readonly Wanted[] {
  if (tag === undefined && chainOf(world.images, name).some((image) => hasPython(image, world))) {
    throw new UsageError(`${name} is built for several Pythons. Name one: ${name}:3.14t, ${name}:3.14.3t.`);
  }
  return chainOf(world.images, name).map((image) => want(image, hasPython(image, world) ? tag : undefined, world));
}

/** Names a wanted build in tables and on the command line: `numpy-tsan:3.14t`. */
export function keyOf({ image, tag }: Pick<Wanted, 'image' | 'tag'>): string {
  return tag === undefined ? image.name : `${image.name}:${tag}`;
}

export function isObstacle(value: object): value is Obstacle {
  return 'because' in value;
}

function depthOf({ name }: Image, { images }: World): number {
  return chainOf(images, name).length;
}

function hasPython({ name }: Image, { images }: World): boolean {
  return chainOf(images, name).some(({ components }) => components.includes('cpython'));
}

// A child's track needs its parents at that tag, whether or not they name it themselves.
function tracksOf(image: Image, world: World): readonly (string | undefined)[] {
  if (!hasPython(image, world)) {
    return [undefined];
  }
  const family = [...world.images.values()].filter(({ name }) => chainOf(world.images, name).includes(image));
  const channels = world.locks.cpython.channels.map(({ tag }) => tag);
  return [...new Set([...image.tracks, ...family.flatMap(({ tracks }) => tracks), ...channels])];
}

function want(image: Image, tag: string | undefined, world: World): Wanted {
  return { image, tag, resolution: resolve(image, tag, world) };
}

function resolve({ name }: Image, tag: string | undefined, world: World): Wanted['resolution'] {
  const needed = new Set(chainOf(world.images, name).flatMap(({ components }) => components));
  try {
    const python = tag === undefined ? undefined : parsePythonTag(tag);
    return { ...resolveLocked(needed, python, world.locks, world.commits), baseIdentity: world.baseIdentity };
  } catch (error) {
    return obstacleOf(error);
  }
}

function obstacleOf(error: unknown): Obstacle {
  if (error instanceof UsageError) {
    return { code: 'not-buildable', because: error.message };
  }
  if (error instanceof CommitUnknown) {
    return { code: 'unknown', because: error.message };
  }
  throw error;
}

/**
 * Names each build by its inputs, which are given in the same order; undefined where there is no resolution. Parents
 * come before their children, as in what `wantedBuilds` answers.
 */
export function nameBuilds(
  wanted: readonly Wanted[],
  inputs: readonly (ImageInputs | undefined)[],
): readonly Candidate[] {
  const named = new Map<string, Candidate>();
  for (const [index, one] of wanted.entries()) {
    const { image, tag } = one;
    named.set(keyOf(one), { image, tag, build: nameBuild(one, inputs[index], parentOf(one, named)) });
  }
  return [...named.values()];
}

function nameBuild(
  { resolution }: Wanted,
  inputs: ImageInputs | undefined,
  parent: Candidate | undefined,
): Candidate['build'] {
  if (isObstacle(resolution)) {
    return resolution;
  }
  const below = parent?.build;
  // A chain is made of what its parents are made of, so a parent has an obstacle only where its child has one.
  if (inputs === undefined || (below !== undefined && isObstacle(below))) {
    throw new Error(`${inputs?.image.name ?? 'An image'} has a resolution, but no inputs or no parent.`);
  }
  return planBuild(inputs, resolution, below);
}

/** The parent's entry in a list by key: at the same tag, or without one where the parent has no Python. */
export function parentOf<T>(
  { image: { parent }, tag }: Pick<Wanted, 'image' | 'tag'>,
  list: ReadonlyMap<string, T>,
): T | undefined {
  return parent === undefined ? undefined : (list.get(`${parent}:${tag}`) ?? list.get(parent));
}
