/**
 * Publishes one image: push under the tag that never moves, verify what comes back, attach the evidence, sign, and only
 * then move the public tags. Each step looks first whether it was done, so a publication that was cut goes on.
 */
import { inspectImage, readNextStep } from '@pysan/engine';
import { type Build, referenceOf, UpstreamError, UsageError } from '@pysan/model';
import type { Namespace } from '@pysan/registry';
import { buildTagOf } from '@pysan/tagging';

import { buildImage, type BuildTask, ensureBase, planImage, type PlannedImage } from '@pysan/building';
import {
  type NamedImage,
  pullPublished,
  pushImage,
  readPublished,
  tagsOf,
  type Target,
  targetOf,
  withLogin,
} from '@pysan/releases';
import { describeMoves, describeSteps } from './describe.ts';
import { attachEvidence, referenceTo } from './evidence.ts';
import { promote, readMoves } from './promote.ts';
import { ensureProven, whyUnproven } from './prove.ts';
import { refusalOfBuild, refusalOfImage } from './refusal.ts';
import { ensureSigned } from './sign.ts';

export interface PublishTask extends BuildTask {
  /** Where to: `ghcr.io/acme`. */
  readonly namespace: Namespace;
  /** False: only say what would happen. */
  readonly apply: boolean;
}

interface Publication {
  readonly task: PublishTask;
  readonly plan: PlannedImage;
  readonly target: Target;
  /** The build under its tag that never moves; undefined when the registry does not have it. */
  readonly published: NamedImage | undefined;
}

/** Publishes the build that a request means, or says how. UsageError for one that must not be published. */
export async function publishImage(task: PublishTask): Promise<void> {
  const plan = await (task.apply ? planImage(task, (lock) => ensureBase(lock, task.report)) : planImage(task));
  refuse(plan.build, refusalOfBuild(plan.build, plan.base.identity, task.namespace.host));
  const target = targetOf(task.namespace, plan.build.image.name);
  const published = await readPublished(target, plan.build);
  const publication = { task, plan, target, published };
  await (task.apply ? withLogin(task.namespace, (env) => carryOut(publication, env)) : foretell(publication));
}

function refuse(build: Build, refusal: string | undefined): void {
  if (refusal !== undefined) {
    throw new UsageError(`${referenceOf(build)} cannot be published: ${refusal}`);
  }
}

async function foretell({ task, plan, target, published }: Publication): Promise<void> {
  const { build, images } = plan;
  const tags = tagsOf(build, new Date(published?.created ?? Date.now()));
  const engine = await readNextStep();
  const held = engine.do === 'use' ? await inspectImage(referenceOf(build)) : undefined;
  task.report(
    describeSteps({
      ...{ name: target.name, tag: buildTagOf(build), digest: published?.digest, isBuilt: held !== undefined, engine },
      unproven: await whyUnproven({ root: task.root, images, target, build, image: published }),
    }),
  );
  task.report(describeMoves(await readMoves({ target, build, image: published, tags }), published?.digest));
}

async function carryOut({ task, plan, target, published }: Publication, env: Record<string, string>): Promise<void> {
  const { root, report } = task;
  const { build, images, base, parent } = plan;
  const image = published ?? (await push({ task, plan, target }, env));
  refuse(build, refusalOfImage(build, image.labels));
  await ensureProven({ root, images, target, build, image, env, report });
  const parentImage = parent === undefined ? undefined : await readParent(task.namespace, parent);
  await attachEvidence({ root, target, build, image, parent: parentImage, baseIdentity: base.identity, env });
  await ensureSigned({ reference: referenceTo(target, image), env, report });
  const moves = await promote({ target, build, image, tags: tagsOf(build, new Date(image.created ?? 0)) });
  report(`published ${referenceTo(target, image)}\n${describeMoves(moves, image.digest)}`);
}

async function push(
  { task, plan: { build, parent }, target }: Omit<Publication, 'published'>,
  env: Record<string, string>,
): Promise<NamedImage> {
  if (parent !== undefined && (await inspectImage(referenceOf(parent))) === undefined) {
    await pullPublished({ ...task, build: parent });
  }
  await buildImage(task);
  const reference = referenceOf(build);
  refuse(build, refusalOfImage(build, (await inspectImage(reference))?.labels ?? {}));
  const remote = `${target.name}:${buildTagOf(build)}`;
  task.report(`pushing ${remote}`);
  await pushImage(reference, remote, env);
  const image = await readPublished(target, build);
  if (image === undefined) {
    throw new UpstreamError(`${remote} was pushed, and the registry does not have it. Run it again.`);
  }
  return image;
}

/** The parent was published just before, by the task that this one depends on. */
async function readParent(namespace: Namespace, parent: Build): Promise<{ name: string; digest: string }> {
  const target = targetOf(namespace, parent.image.name);
  const image = await readPublished(target, parent);
  if (image === undefined) {
    throw new UpstreamError(
      `The parent, ${referenceOf(parent)}, is not published in ${target.name}. Publish it first.`,
    );
  }
  return { name: target.name, digest: image.digest };
}
