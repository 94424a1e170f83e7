/** Builds one image of the chain, unless the engine has it under its build id. */
import path from 'node:path';

import {
  findCaBundle,
  type ImageFacts,
  inspectImage,
  openEngine,
  readHostFacts,
  requireBuildx,
  tagImage,
  threadSanitizerProblem,
} from '@pysan/engine';
import { type Build, EngineError, type Image, referenceOf, UsageError } from '@pysan/model';
import { canonicalJson } from '@pysan/planning';
import { buildIdLabel, labelsOf, localReferences, pythonLabel, seriesReference } from '@pysan/tagging';
import { dockerfileOf, readImages, readLocks } from '@pysan/workspace';

import { type Base, findBase } from './base.ts';
import { planChain } from './chain.ts';
import { makeRecordFolder, writeRecord } from './record.ts';
import { type BuildRequest, resolveRequest } from './resolve.ts';
import { runBuild } from './run-build.ts';

export interface BuildTask {
  readonly root: string;
  readonly imageName: string;
  readonly request: BuildRequest;
  /** Names of all images that this command builds: what they need of the host is checked before the first. */
  readonly together: readonly string[];
  /** Gets one line of progress at a time. */
  readonly report: (line: string) => void;
}

/** Builds an image at the release that a request means. Its parent must have been built before. */
export async function buildImage({ root, imageName, request, together, report }: BuildTask): Promise<Build> {
  const [images, locks] = await Promise.all([readImages(root), readLocks(root)]);
  requireImage(images, imageName);
  const { defaultReason, ...resolved } = await resolveRequest(images, imageName, request, locks);
  await openEngine({ report });
  const base = await findBase(locks.debian, report);
  const builds = await planChain(root, images, imageName, { ...resolved, baseIdentity: base.identity });
  const [build, parent] = [builds.at(-1), builds.at(-2)] as [Build, Build | undefined];
  const reason = defaultReason === undefined || build.python === undefined ? '' : ` (${defaultReason})`;
  const present = await findPresent(build);
  if (present === undefined) {
    report(`building ${referenceOf(build)}${reason}`);
    await requireSanitizer(together.flatMap((name) => images.get(name) ?? []));
  } else {
    report(`${referenceOf(build)} is up to date${reason}`);
  }
  await moveTags(build, present ?? (await makeImage({ root, build, parent, base, report })));
  return build;
}

/** Refuses a name that no image has, with a UsageError that lists those that there are. */
export function requireImage(images: ReadonlyMap<string, Image>, name: string): Image {
  const image = images.get(name);
  if (image === undefined) {
    throw new UsageError(`There is no image "${name}". Images: ${[...images.keys()].join(', ')}.`);
  }
  return image;
}

async function findPresent(build: Build): Promise<ImageFacts | undefined> {
  const image = await inspectImage(referenceOf(build));
  return image?.labels[buildIdLabel] === build.id ? image : undefined;
}

// Said before the first image is built, not after an hour.
async function requireSanitizer(images: readonly Image[]): Promise<void> {
  if (!images.some(({ sanitizer }) => sanitizer === 'thread')) {
    return;
  }
  const problem = threadSanitizerProblem(await readHostFacts());
  if (problem !== undefined) {
    throw new EngineError(problem);
  }
}

interface Making {
  readonly root: string;
  readonly build: Build;
  readonly parent: Build | undefined;
  readonly base: Base;
  readonly report: (line: string) => void;
}

async function makeImage({ root, build, parent, base, report }: Making): Promise<ImageFacts> {
  await requireBuildx();
  const reference = referenceOf(build);
  const order = {
    root,
    dockerfile: dockerfileOf(build.image.name),
    reference,
    buildArgs: {
      ...build.inputs.buildArgs,
      base_image: parent === undefined ? base.reference : referenceOf(parent),
      build_id: build.id,
    },
    labels: labelsOf(build, canonicalJson(build.inputs)),
    caBundle: await findCaBundle(process.env),
    logFile: path.join(await makeRecordFolder(root, build), 'build.log'),
  };
  const steps = await runBuild(order, report);
  const image = await requireBuilt(reference);
  await writeRecord(root, build, image, steps);
  return image;
}

async function requireBuilt(reference: string): Promise<ImageFacts> {
  const image = await inspectImage(reference);
  if (image === undefined) {
    throw new EngineError(`${reference} was built, but the engine does not have it: is another builder selected?`);
  }
  return image;
}

async function moveTags(build: Build, { repoTags }: ImageFacts): Promise<void> {
  const isMissing = (reference: string): boolean => !repoTags.includes(reference);
  const series = seriesReference(build);
  const holder = series === undefined || !isMissing(series) ? undefined : await inspectImage(series);
  const wanted = localReferences(build, holder?.labels[pythonLabel]);
  await Promise.all(wanted.filter(isMissing).map((reference) => tagImage(referenceOf(build), reference)));
}
