/** The builds that are wanted: each image at each Python tag that it keeps fresh, after those that it is made from. */
import { type Build, type Image, neededFor, needsOf, parsePythonTag, type PythonTag, UsageError } from '@pysan/model';
import { compareVersions, isStable, type Locks } from '@pysan/versions';

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

/** Every image at every tag that it, or an image made from it, keeps fresh. */
export function wantedBuilds(world: World): readonly Wanted[] {
  const images = [...world.images.values()].toSorted((left, right) => depthOf(left, world) - depthOf(right, world));
  return images.flatMap((image) => tracksOf(image, world).map((tag) => want(image, tag, world)));
}

/** One image at one tag, after all that it is made from. UsageError where it needs a tag. */
export function wantedChain(name: string, tag: string | undefined, world: World): readonly Wanted[] {
  const needed = neededFor(world.images, name);
  if (tag === undefined && needed.some((image) => hasPython(image, world))) {
    throw new UsageError(`${name} is built for several Pythons. Name one: ${name}:3.14t, ${name}:3.14.3t.`);
  }
  return needed.map((image) => want(image, hasPython(image, world) ? tag : undefined, world));
}

/** The newest stable Python that an image is wanted at, free-threaded where one is; undefined for none. */
export function newestPython(image: Image, world: World): PythonTag | undefined {
  const tags = tracksOf(image, world).filter((tag) => tag !== undefined);
  const resolutions = tags.map((tag) => want(image, tag, world).resolution);
  const pythons = resolutions.flatMap((it) => (isObstacle(it) || it.python.dev ? [] : [it.python]));
  return pythons
    .filter(({ version }) => isStable(version))
    .toSorted(
      (left, right) =>
        Number(right.freeThreaded) - Number(left.freeThreaded) || compareVersions(right.version, left.version),
    )[0];
}

/** Names a wanted build in tables and on the command line: `numpy-tsan:3.14t`. */
export function keyOf({ image, tag }: Pick<Wanted, 'image' | 'tag'>): string {
  return tag === undefined ? image.name : `${image.name}:${tag}`;
}

export function isObstacle(value: object): value is Obstacle {
  return 'because' in value;
}

function depthOf({ name }: Image, { images }: World): number {
  return neededFor(images, name).length;
}

function hasPython({ name }: Image, { images }: World): boolean {
  return neededFor(images, name).some(({ components }) => components.includes('cpython'));
}

// A child's track needs what it is made from at that tag, whether or not that names it itself.
function tracksOf(image: Image, world: World): readonly (string | undefined)[] {
  if (!hasPython(image, world)) {
    return [undefined];
  }
  const family = [...world.images.values()].filter(({ name }) => neededFor(world.images, name).includes(image));
  const channels = world.locks.cpython.channels.map(({ tag }) => tag);
  return [...new Set([...image.tracks, ...family.flatMap(({ tracks }) => tracks), ...channels])];
}

function want(image: Image, tag: string | undefined, world: World): Wanted {
  return { image, tag, resolution: resolve(image, tag, world) };
}

function resolve({ name }: Image, tag: string | undefined, world: World): Wanted['resolution'] {
  const needed = new Set(neededFor(world.images, name).flatMap(({ components }) => components));
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
 * Names each build by its inputs, which are given in the same order; undefined where there is no resolution. Each
 * comes after those that it is made from, as in what `wantedBuilds` answers.
 */
export function nameBuilds(
  wanted: readonly Wanted[],
  inputs: readonly (ImageInputs | undefined)[],
): readonly Candidate[] {
  const named = new Map<string, Candidate>();
  for (const [index, one] of wanted.entries()) {
    const { image, tag } = one;
    named.set(keyOf(one), { image, tag, build: nameBuild(one, inputs[index], neededIn(named, one)) });
  }
  return [...named.values()];
}

function nameBuild(
  { resolution }: Wanted,
  inputs: ImageInputs | undefined,
  needs: readonly Candidate[],
): Candidate['build'] {
  if (isObstacle(resolution)) {
    return resolution;
  }
  const builds = needs.flatMap(({ build }) => (isObstacle(build) ? [] : [build]));
  // What an image is made from holds nothing that it does not hold itself: that has an obstacle only where it has one.
  if (inputs === undefined || builds.length < needs.length) {
    throw new Error(
      `${inputs?.image.name ?? 'An image'} has a resolution, but no inputs, or is made from what has none.`,
    );
  }
  return planBuild(inputs, resolution, builds);
}

/** The entries of a list by key that one is made from, the parent's first: at the same tag, or without where they have no Python. */
export function neededIn<T>(list: ReadonlyMap<string, T>, { image, tag }: Pick<Wanted, 'image' | 'tag'>): readonly T[] {
  return needsOf(image).flatMap((name) => list.get(`${name}:${tag}`) ?? list.get(name) ?? []);
}

/** As neededIn, with all that these are made from in turn: each once, and before what it is made from itself. */
export function allNeededIn<T>(
  list: ReadonlyMap<string, T>,
  images: ReadonlyMap<string, Image>,
  { image, tag }: Pick<Wanted, 'image' | 'tag'>,
): readonly T[] {
  const below = neededFor(images, image.name).filter(({ name }) => name !== image.name);
  return below.toReversed().flatMap(({ name }) => list.get(`${name}:${tag}`) ?? list.get(name) ?? []);
}
