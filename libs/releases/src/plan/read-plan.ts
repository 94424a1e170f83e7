/** Plans against the local engine or a registry: reads the repository and the existing images. Builds, pulls and starts nothing. */
import { type Build, chainOf, type Image, UpstreamError } from '@pysan/model';
import {
  type Candidate,
  type Found,
  type ImageInputs,
  isObstacle,
  keyOf,
  nameBuilds,
  type Planned,
  planBuilds,
  readPresent,
  type ReadyBuild,
  readyBuilds,
  type Wanted,
  wantedBuilds,
  wantedChain,
  type World,
} from '@pysan/planning';
import { connect, type Namespace } from '@pysan/registry';
import { createInputReader, readWorkspace } from '@pysan/workspace';

import { readChecks } from '@pysan/proving';
import { findBase } from '../find-base.ts';
import { readEngineImages } from './engine-images.ts';
import { localReader } from './local-reader.ts';
import { notesOnBase } from './note-on-base.ts';
import { withSignatures } from '../signatures.ts';
import { registryReader } from './registry-reader.ts';

export interface ReadPlan {
  /** In build order. */
  readonly builds: readonly Planned[];
  /** Notes that the reader of the plan needs. */
  readonly notes: readonly string[];
  /** What could not be read; undefined if all could. */
  readonly failure?: UpstreamError | undefined;
}

/** The wanted part of the plan: one image at one tag, which comes last, and its parents. */
export interface Part {
  readonly image: string;
  readonly tag: string | undefined;
}

/** The plan of all tracked builds, or of a part, against the local engine. Throws an EngineError if that does not answer. */
export async function readPlan(root: string, part?: Part): Promise<ReadPlan> {
  const { images, locks } = await readWorkspace(root);
  const { images: held, baseIdentity, notes } = await readEngineImages(locks.debian);
  // Without a base no build has a name. The name that it gets here matches no image.
  const known = { baseIdentity: baseIdentity ?? 'none', commits: new Map<string, string>() };
  const candidates = await readCandidates(root, known, part);
  const found = await readPresent(candidates, localReader(root, baseIdentity === undefined ? [] : held));
  const builds = planBuilds(candidates, { found, checks: await hashChecks(root, images) });
  return {
    builds: baseIdentity === undefined ? builds.map(withoutName) : builds,
    notes: [...notesOnBase(locks.debian), ...notes],
  };
}

export interface RegistryPlan extends ReadPlan {
  readonly ready: readonly ReadyBuild[];
}

/** As readPlan, against the images of a namespace in a registry. Images that cannot be read are unknown, and `failure` says so. */
export async function readPlanFrom(namespace: Namespace, root: string, part?: Part): Promise<RegistryPlan> {
  const { images, locks } = await readWorkspace(root);
  const known = { baseIdentity: (await findBase(locks.debian)).identity, commits: new Map<string, string>() };
  const candidates = await readCandidates(root, known, part);
  const registry = connect(namespace, process.env);
  const found = await withSignatures(root, namespace, (read) =>
    readPresent(candidates, registryReader(registry, namespace, read)),
  );
  const builds = planBuilds(candidates, { found, checks: await hashChecks(root, images) });
  const notes = [...notesOnBase(locks.debian), `${namespace.host} was asked ${registry.requests} times.`];
  const ready = readyBuilds(images, candidates, builds);
  return { builds, ready, notes, failure: failureOf(namespace.host, found) };
}

function failureOf(host: string, found: ReadonlyMap<string, Found>): UpstreamError | undefined {
  const reasons = [...found.values()].flatMap((it) => (it !== undefined && 'unreadable' in it ? [it.unreadable] : []));
  return reasons.length === 0
    ? undefined
    : new UpstreamError(`${reasons.length} of ${found.size} builds on ${host} could not be read: ${reasons[0] ?? ''}`);
}

/**
 * Whether an image is the build that this repository would make now, proven by the present checks; if not, why. `find` reads its
 * state as that build. Its parents are not checked. Throws a UsageError for a tag that is never built.
 */
export async function judgePublished(
  root: string,
  part: Part,
  find: (build: Build) => Promise<Found>,
): Promise<Planned | undefined> {
  const { images, locks } = await readWorkspace(root);
  const known = { baseIdentity: (await findBase(locks.debian)).identity, commits: new Map<string, string>() };
  const wanted = (await readCandidates(root, known, part)).slice(-1);
  const found = await Promise.all(
    wanted.map(async (it) => [keyOf(it), isObstacle(it.build) ? undefined : await find(it.build)] as const),
  );
  return planBuilds(wanted, { found: new Map(found), checks: await hashChecks(root, images) })[0];
}

/** Facts from outside the repository, and locks that replace its own. */
export type Known = Pick<World, 'baseIdentity' | 'commits'> & Partial<Pick<World, 'locks'>>;

/** The wanted builds of a repository by their names. */
export async function readCandidates(root: string, known: Known, part?: Part): Promise<readonly Candidate[]> {
  const world = { ...(await readWorkspace(root)), ...known };
  const wanted = part === undefined ? wantedBuilds(world) : wantedChain(part.image, part.tag, world);
  return nameBuilds(wanted, await readInputs(root, wanted));
}

function readInputs(root: string, wanted: readonly Wanted[]): Promise<(ImageInputs | undefined)[]> {
  const read = createInputReader(root);
  return Promise.all(
    wanted.map(async ({ image, resolution }) => (isObstacle(resolution) ? undefined : read(image, resolution))),
  );
}

/** The hash of the present checks of each image, including its parents'. */
export async function hashChecks(
  root: string,
  images: ReadonlyMap<string, Image>,
): Promise<ReadonlyMap<string, string>> {
  const names = [...images.keys()];
  const chains = names.map((name) => chainOf(images, name).map((image) => image.name));
  const checks = await Promise.all(chains.map((chain) => readChecks(root, chain)));
  return new Map(checks.map(({ hash }, index) => [names[index] ?? '', hash]));
}

function withoutName({ buildId: _, ...planned }: Planned): Planned {
  return planned;
}
