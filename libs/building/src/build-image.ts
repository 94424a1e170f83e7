/** Builds one image of the chain, unless the engine has it under its build id. */
import path from 'node:path';

import {
  buildNetwork,
  type ImageFacts,
  inspectImage,
  readHostFacts,
  requireBuildx,
  runContainer,
  tagImage,
  threadSanitizerProblem,
} from '@pysan/engine';
import { findCaBundle } from '@pysan/http';
import {
  type Build,
  chainOf,
  EngineError,
  type Image,
  ProductError,
  pythonTagOf,
  referenceOf,
  versionOf,
} from '@pysan/model';
import { canonicalJson } from '@pysan/planning';
import { buildIdLabel, labelsOf, llvmLabel, localReferences, pythonLabel, seriesReference } from '@pysan/tagging';
import { parseNamespace } from '@pysan/registry';
import { dockerfileOf, makeRecordFolder } from '@pysan/workspace';

import { pullPublished } from '@pysan/releases';
import { ensureBase } from './base.ts';
import { type ImageTask, type PlannedImage, planImage } from './plan-image.ts';
import { writeRecord } from './record.ts';
import { runBuild } from './run-build.ts';

export interface BuildTask extends ImageTask {
  /** Gets one line of progress at a time. */
  readonly report: (line: string) => void;
  /** Names of all images that this command builds: what they need of the host is checked before the first. */
  readonly together: readonly string[];
}

/** Builds an image at the release that a request means. Its parent must have been built before. */
export async function buildImage(task: BuildTask): Promise<void> {
  const { report, together } = task;
  const plan = await planImage(task, (lock) => ensureBase(lock, report));
  const reference = referenceOf(plan.build);
  const reason = plan.build.python === undefined || plan.defaultReason === undefined ? '' : ` (${plan.defaultReason})`;
  const present = (await findPresent(plan.build)) ?? (await findPublished(task, plan));
  if (present === undefined) {
    report(`building ${reference}${reason}`);
    await requireSanitizer(together.flatMap((name) => plan.images.get(name) ?? []));
  } else {
    report(`${reference} is up to date${reason}`);
  }
  await moveTags(plan.build, present ?? (await makeImage(task, plan)));
}

/** The image of a build, when the engine has it. */
async function findPresent(build: Build): Promise<ImageFacts | undefined> {
  const image = await inspectImage(referenceOf(build));
  return image?.labels[buildIdLabel] === build.id ? image : undefined;
}

/** A parent that is published is not compiled; the image that was asked for is. */
async function findPublished({ root, request, together, report }: BuildTask, { images, build }: PlannedImage) {
  const isParent = together.some(
    (name) => name !== build.image.name && chainOf(images, name).some((it) => it.name === build.image.name),
  );
  if (request.parents === undefined || !isParent) {
    return undefined;
  }
  const namespace = parseNamespace(request.parents);
  return (await pullPublished({ root, namespace, build, report })) ? findPresent(build) : undefined;
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

async function makeImage({ root, report }: BuildTask, plan: PlannedImage): Promise<ImageFacts> {
  const { build, parent, base, trees } = plan;
  await requireBuildx();
  await requireParent(parent);
  for (const [component, { folder, state }] of Object.entries(trees)) {
    report(`${component}: your source tree ${folder}, ${state}`);
  }
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
    trees,
    fromScratch: build.inputs.rebuild !== undefined,
    network: buildNetwork(process.env, repositoriesOf(build)),
    caBundle: findCaBundle(process.env),
    logFile: path.join(await makeRecordFolder(root, build.image.name, pythonTagOf(build)), 'build.log'),
  };
  const start = performance.now();
  const steps = await runBuild(order, report);
  const llvm = await readLlvm(reference);
  if (llvm !== versionOf(build, 'debian')) {
    report(`warning: apt served LLVM ${llvm}, which is not the locked one: such an image is not for publishing`);
    // All steps are cached: only the label changes.
    await runBuild({ ...order, fromScratch: false, labels: { ...order.labels, [llvmLabel]: llvm } }, () => undefined);
  }
  const image = await requireBuilt(reference);
  const seconds = (performance.now() - start) / 1000;
  await writeRecord(root, build, image, { steps, seconds });
  report(`built ${reference} in ${seconds.toFixed(0)} s`);
  return image;
}

// Nx has built the parent just now. Another process may have seen another state of a source tree, though.
async function requireParent(parent: Build | undefined): Promise<void> {
  if (parent !== undefined && (await findPresent(parent)) === undefined) {
    throw new ProductError(
      `${referenceOf(parent)}, the parent, is not there: did its sources change meanwhile? Run the command again.`,
    );
  }
}

function repositoriesOf({ image, contents }: Build): string[] {
  const own = contents.filter(({ component }) => image.components.includes(component));
  return own.flatMap(({ repository }) => repository ?? []);
}

// Which LLVM apt served is known only inside.
async function readLlvm(reference: string): Promise<string> {
  const command = ['jq', '--raw-output', '.llvm', '/etc/pysan/passport.json'];
  const { exitCode, stdout, stderr } = await runContainer({ image: reference, command, network: 'none' });
  if (exitCode !== 0) {
    throw new EngineError(`${reference} has no readable passport: ${stderr.trim()}`);
  }
  return stdout.trim();
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
