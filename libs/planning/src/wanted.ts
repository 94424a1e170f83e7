/** The wanted builds: each image at each Python tag that it keeps fresh, after the builds that it is made from. */
import { type Build, type Image, neededFor, needsOf, parsePythonTag, type PythonTag, UsageError } from '@pysan/model';
import { compareVersions, isStable, type Locks } from '@pysan/versions';

import { type ImageInputs, planBuild, type Resolution } from './plan-build.ts';
import { type Commits, CommitUnknown, resolveLocked } from './resolve-locked.ts';

/** Why a build has no name: upstream does not support it, or its inputs are not known. */
export interface Obstacle {
  readonly code: 'not-buildable' | 'unknown';
  readonly because: string;
}

/** One image at one Python tag. */
export interface Wanted {
  readonly image: Image;
  /** The tag as written: `3.14t`, `3.16t-dev`; undefined for an image without a Python. */
  readonly tag: string | undefined;
  readonly resolution: Resolution | Obstacle;
}

/** A wanted build that has its name, or cannot have one. */
export interface Candidate {
  readonly image: Image;
  readonly tag: string | undefined;
  readonly build: Build | Obstacle;
}

/** The facts for a plan. */
export interface World {
  readonly images: ReadonlyMap<string, Image>;
  readonly locks: Locks;
  readonly commits: Commits;
  /** The digest, or the hash of the package list, that identifies the base image. */
  readonly baseIdentity: string;
}

/** Every image at every tag that it, or an image made from it, keeps fresh. */
export function wantedBuilds(world: World): readonly Wanted[] {
  const images = [...world.images.values()].toSorted((left, right) => depthOf(left, world) - depthOf(right, world));
  return images.flatMap((image) => tracksOf(image, world).map((tag) => want(image, tag, world)));
}

/** One image at one tag, after all images that it is made from. Throws a UsageError if it needs a tag. */
export function wantedChain(name: string, tag: string | undefined, world: World): readonly Wanted[] {
  const needed = neededFor(world.images, name);
  if (tag === undefined && needed.some((image) => hasPython(image, world))) {
    throw new UsageError(`${name} is built for several Pythons. Name one: ${name}:3.14t, ${name}:3.14.3t.`);
  }
  return needed.map((image) => want(image, hasPython(image, world) ? tag : undefined, world));
}

/** The newest stable Python at which an image is wanted, free-threaded if possible; undefined for none. */
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

// The track of a child needs its parents at that tag, even if they do not list it themselves.
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
 * Names each build by its inputs, which are in the same order; undefined without a resolution. Each comes after the builds
 * that it is made from, as in the result of `wantedBuilds`.
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
  // An image contains everything that its parents contain. So a parent only has an obstacle if the image has one.
  if (inputs === undefined || builds.length < needs.length) {
    throw new Error(
      `${inputs?.image.name ?? 'An image'} has a resolution, but no inputs, or is made from what has none.`,
    );
  }
  return planBuild(inputs, resolution, builds);
}

/** The entries by key that one is made from, the parent first: at the same tag, or without a tag if they have no Python. */
export function neededIn<T>(list: ReadonlyMap<string, T>, { image, tag }: Pick<Wanted, 'image' | 'tag'>): readonly T[] {
  return needsOf(image).flatMap((name) => list.get(`${name}:${tag}`) ?? list.get(name) ?? []);
}

/** As neededIn, with all entries below these: each once, and before the entries that it is made from. */
export function allNeededIn<T>(
  list: ReadonlyMap<string, T>,
  images: ReadonlyMap<string, Image>,
  { image, tag }: Pick<Wanted, 'image' | 'tag'>,
): readonly T[] {
  const below = neededFor(images, image.name).filter(({ name }) => name !== image.name);
  return below.toReversed().flatMap(({ name }) => list.get(`${name}:${tag}`) ?? list.get(name) ?? []);
}
