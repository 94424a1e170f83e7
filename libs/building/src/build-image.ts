/** Builds one image of a resolution, unless the engine has it under its build id. */
import { isDeepStrictEqual } from 'node:util';
import path from 'node:path';

import type { PublishedImage } from '@pysan/evidence';
import { buildNetwork, type ContainerEngine, type ImageFacts, threadSanitizerProblem } from '@pysan/engine';
import { findCaBundle } from '@pysan/http';
import {
  type Build,
  EngineError,
  imageArgument,
  ProductError,
  pythonTagOf,
  referenceOf,
  UsageError,
  versionOf,
} from '@pysan/model';
import { canonicalJson } from '@pysan/planning';
import { buildOf, neededBuilds, parentOf, type Resolved } from '@pysan/resolution';
import {
  annotationsOf,
  buildIdLabel,
  labelsOf,
  llvmLabel,
  localReferences,
  madeFromLabel,
  pythonLabel,
  type RecipeSource,
  type RegistryBase,
  seriesReference,
} from '@pysan/tagging';
import { dockerfileOf, makeRecordFolder, readImageInputs } from '@pysan/workspace';

import { writeRecord } from './record.ts';
import { registryBaseOf } from './registry-base.ts';
import type { BuildOrder, runBuild } from './run-build.ts';

export interface BuildWorld {
  /** The root of the repository. */
  readonly root: string;
  readonly engine: ContainerEngine;
  /** Builds one image by the engine: runBuild. */
  readonly runBuild: typeof runBuild;
  /** Where the recipes of this repository come from. */
  readonly readRecipeSource: () => Promise<RecipeSource>;
  /** Pulls a published build instead of building it; false if it is not published. Absent if none should be pulled. */
  readonly takePublished?: ((build: Build) => Promise<boolean>) | undefined;
  /** The clock for durations, in milliseconds. */
  readonly now: () => number;
  /** Called with each line of progress. */
  readonly report: (line: string) => void;
}

/** Builds the image of that name, and moves its local tags. The images that it is made from must exist. */
export async function buildImage(world: BuildWorld, resolved: Resolved, name: string): Promise<void> {
  const { engine, report } = world;
  const build = buildOf(resolved, name);
  const held = await findHeld(engine, [build]);
  const present = presentIn(held, build) ?? (await findPublished(world, resolved, build));
  if (present === undefined) {
    report(`building ${referenceOf(build)}`);
    await requireSanitizer(engine, resolved);
  } else {
    report(`${referenceOf(build)} is up to date`);
  }
  await moveTags(engine, build, present ?? (await makeImage(world, resolved, build)), held);
}

/** The images in a registry that a build is made from, by image name. */
export type MadeFrom = ReadonlyMap<string, PublishedImage>;

/**
 * Builds the image of that name from published images, which the engine has by digest. Ignores an image of this build in the
 * engine, and uses only the engine's build cache.
 */
export async function buildFrom(world: BuildWorld, resolved: Resolved, name: string, from: MadeFrom): Promise<void> {
  const { engine, report } = world;
  const build = buildOf(resolved, name);
  report(`building ${referenceOf(build)}${[...from.values()].map((it) => ` from ${digestReference(it)}`).join(',')}`);
  await requireSanitizer(engine, resolved);
  const image = await makeImage(world, resolved, build, from);
  await moveTags(engine, build, image, await findHeld(engine, [build]));
}

function digestReference({ name, digest }: PublishedImage): string {
  return `${name}@${digest}`;
}

/** True if the engine has all builds of a resolution. Reports them, and moves their local tags if these are wrong. */
export async function isBuilt(
  { engine, report }: Pick<BuildWorld, 'engine' | 'report'>,
  { builds }: Resolved,
): Promise<boolean> {
  const held = await findHeld(engine, builds);
  const present = builds.flatMap((build) => {
    const image = presentIn(held, build);
    return image === undefined ? [] : [{ build, image }];
  });
  if (present.length < builds.length) {
    return false;
  }
  for (const { build, image } of present) {
    report(`${referenceOf(build)} is up to date`);
    await moveTags(engine, build, image, held);
  }
  return true;
}

type Held = ReadonlyMap<string, ImageFacts>;

/** The engine's images under the names of the builds and of their series, in one call. */
function findHeld(engine: ContainerEngine, builds: readonly Build[]): Promise<Held> {
  return engine.findImages(builds.flatMap((build) => [referenceOf(build), seriesReference(build) ?? []].flat()));
}

/** The image of a build, if the engine has it. */
function presentIn(held: Held, build: Build): ImageFacts | undefined {
  const image = held.get(referenceOf(build));
  return image?.labels[buildIdLabel] === build.id ? image : undefined;
}

async function findPresent(engine: ContainerEngine, build: Build): Promise<ImageFacts | undefined> {
  return presentIn(await findHeld(engine, [build]), build);
}

/** Pulls an image that is published and only needed by another. A requested image is always built. */
async function findPublished(world: BuildWorld, { names }: Resolved, build: Build): Promise<ImageFacts | undefined> {
  const { engine, takePublished, now, report } = world;
  if (takePublished === undefined || names.includes(build.image.name)) {
    return undefined;
  }
  const start = now();
  if (!(await takePublished(build))) {
    return undefined;
  }
  report(`pulled ${referenceOf(build)} in ${secondsSince(start, now)} s instead of building it`);
  return findPresent(engine, build);
}

// The warning comes before the first build, not an hour later.
async function requireSanitizer(engine: ContainerEngine, { builds }: Resolved): Promise<void> {
  if (!builds.some(({ image }) => image.sanitizer === 'thread')) {
    return;
  }
  const problem = threadSanitizerProblem(await engine.readHostFacts());
  if (problem !== undefined) {
    throw new EngineError(problem);
  }
}

async function makeImage(world: BuildWorld, resolved: Resolved, build: Build, from?: MadeFrom): Promise<ImageFacts> {
  const { root, engine, report, now } = world;
  await engine.requireBuildx();
  await requireUnchanged(root, resolved, build);
  const base = from?.get(build.image.parent ?? '') ?? (await findBase(engine, resolved, build, from));
  const annotations = annotationsOf(build, await world.readRecipeSource(), base);
  const own = await orderOf(root, resolved, build, annotations);
  const order = from === undefined ? own : orderFrom(own, build, from);
  for (const [component, { folder, state }] of Object.entries(order.trees)) {
    report(`${component}: your source tree ${folder}, ${state}`);
  }
  const start = now();
  const steps = await world.runBuild(order, report);
  await labelLlvm(world, build, order);
  const image = await requireBuilt(engine, order.reference);
  await writeRecord(root, build, image, { steps, seconds: (now() - start) / 1000 });
  report(`built ${order.reference} in ${secondsSince(start, now)} s`);
  return image;
}

function secondsSince(start: number, now: BuildWorld['now']): string {
  return ((now() - start) / 1000).toFixed(0);
}

/** The published parent; undefined if no registry is known to have it. The parent must be in the engine. */
async function findBase(
  engine: ContainerEngine,
  resolved: Resolved,
  build: Build,
  from: MadeFrom | undefined,
): Promise<RegistryBase | undefined> {
  const held = await requireNeeded(engine, from === undefined ? neededBuilds(resolved, build) : []);
  const parent = parentOf(resolved, build);
  return registryBaseOf(resolved.base, parent, parent === undefined ? undefined : presentIn(held, parent));
}

/** Build arguments and a label with digests: under these names the registry may have another image one day. */
function orderFrom(order: BuildOrder, { image }: Build, from: MadeFrom): BuildOrder {
  const references = [...from].map(([name, it]) => [name, digestReference(it)] as const);
  const named = references.map(([name, it]) => [name === image.parent ? 'base_image' : imageArgument(name), it]);
  return {
    ...order,
    buildArgs: { ...order.buildArgs, ...(Object.fromEntries(named) as Record<string, string>) },
    labels: { ...order.labels, [madeFromLabel]: canonicalJson(Object.fromEntries(references)) },
  };
}

async function orderOf(
  root: string,
  resolved: Resolved,
  build: Build,
  annotations: Record<string, string>,
): Promise<BuildOrder> {
  const { trees } = resolved;
  const own = Object.entries(trees).filter(([component]) => build.image.components.includes(component));
  return {
    root,
    dockerfile: dockerfileOf(build.image.name),
    reference: referenceOf(build),
    buildArgs: {
      ...build.inputs.buildArgs,
      ...imageArguments(resolved, build),
      build_id: build.id,
    },
    labels: { ...annotations, ...labelsOf(build, canonicalJson(build.inputs)) },
    trees: Object.fromEntries(own),
    fromScratch: build.inputs.rebuild !== undefined,
    network: buildNetwork(process.env, repositoriesOf(build)),
    caBundle: findCaBundle(process.env),
    logFile: path.join(await makeRecordFolder(root, build.image.name, pythonTagOf(build)), 'build.log'),
  };
}

/** Checks that the inputs still give the build id, which was computed earlier. Source trees are checked when they are copied. */
async function requireUnchanged(root: string, resolved: Resolved, { image, inputs }: Build): Promise<void> {
  const now = await readImageInputs(root, image, { ...resolved, baseIdentity: resolved.base.identity });
  if (!isDeepStrictEqual(now.files, inputs.files)) {
    throw new UsageError(`An input of ${image.name} has changed since this command began. Run the command again.`);
  }
}

/** The images that a Dockerfile names by arguments: the parent, and the images that it takes files from. */
function imageArguments(resolved: Resolved, build: Build): Record<string, string> {
  const { parent } = build.image;
  const needs = neededBuilds(resolved, build).map((it): [string, string] => [
    it.image.name === parent ? 'base_image' : imageArgument(it.image.name),
    referenceOf(it),
  ]);
  return { base_image: resolved.base.reference, ...Object.fromEntries(needs) };
}

/** The engine's images that a build is made from. */
async function requireNeeded(engine: ContainerEngine, needs: readonly Build[]): Promise<Held> {
  const held = await findHeld(engine, needs);
  const missing = needs.find((build) => presentIn(held, build) === undefined);
  if (missing !== undefined) {
    throw new ProductError(
      `${referenceOf(missing)} is missing. It may have been removed meanwhile. Run the command again.`,
    );
  }
  return held;
}

function repositoriesOf({ image, contents }: Build): string[] {
  const own = contents.filter(({ component }) => image.components.includes(component));
  return own.flatMap(({ repository }) => repository ?? []);
}

/** Reads the LLVM version that apt served, which is only known inside the image. If it is not the locked one, the label says so. */
async function labelLlvm({ engine, report, runBuild }: BuildWorld, build: Build, order: BuildOrder): Promise<void> {
  const llvm = await readLlvm(engine, order.reference);
  if (llvm !== versionOf(build, 'debian')) {
    report(`warning: apt served LLVM ${llvm}, which is not the locked one. This image cannot be published`);
    // All steps are cached. Only the label changes.
    await runBuild({ ...order, fromScratch: false, labels: { ...order.labels, [llvmLabel]: llvm } }, () => undefined);
  }
}

async function readLlvm(engine: ContainerEngine, reference: string): Promise<string> {
  const command = ['jq', '--raw-output', '.llvm', '/etc/pysan/passport.json'];
  const { exitCode, stdout, stderr } = await engine.runContainer({ image: reference, command, network: 'none' });
  if (exitCode !== 0) {
    throw new EngineError(`${reference} has no readable passport: ${stderr.trim()}`);
  }
  return stdout.trim();
}

async function requireBuilt(engine: ContainerEngine, reference: string): Promise<ImageFacts> {
  const image = (await engine.findImages([reference])).get(reference);
  if (image === undefined) {
    throw new EngineError(
      `${reference} was built, but the engine does not have it. Check which builder is selected: docker buildx ls`,
    );
  }
  return image;
}

async function moveTags(engine: ContainerEngine, build: Build, { repoTags }: ImageFacts, held: Held): Promise<void> {
  const holder = held.get(seriesReference(build) ?? '');
  const missing = localReferences(build, holder?.labels[pythonLabel]).filter((name) => !repoTags.includes(name));
  await Promise.all(missing.map((name) => engine.tagImage(referenceOf(build), name)));
}
