/**
 * Publishes images: push under the tag that never moves, verify what comes back, attach the evidence, sign, and only then
 * move the public tags. Each step looks first whether it was done, so a publication that was cut goes on.
 */
import type { ContainerEngine } from '@pysan/engine';
import type { PublishedImage } from '@pysan/evidence';
import { type Build, referenceOf, UpstreamError } from '@pysan/model';
import { type NamedImage, readPublished, readRecords, tagsOf, type Target } from '@pysan/releases';
import { buildOf, parentOf, type Resolved } from '@pysan/resolution';
import { buildTagOf } from '@pysan/tagging';

import { describeMoves } from './describe.ts';
import { attachEvidence, referenceTo } from './evidence.ts';
import { promote } from './promote.ts';
import { ensureProven } from './prove.ts';
import type { PublishWorld } from './publish-world.ts';
import { refuse, refusalOfImage, requireAllowed } from './refusal.ts';
import { ensureSigned } from './sign.ts';

/** Publishes all builds of a resolution, parents first. It ends at the first that fails. */
export async function publishChain(world: PublishWorld, resolved: Resolved): Promise<void> {
  const published = new Map<string, PublishedImage>();
  for (const { image } of resolved.builds) {
    published.set(image.name, await publishImage(world, resolved, image.name, published.get(image.parent ?? '')));
  }
}

/**
 * Publishes the build of one image, whose parent is published; `parent` where that is known already. UsageError for one
 * that must not be published; ProductError when it does not pass its checks: no public tag is touched then.
 */
export async function publishImage(
  world: PublishWorld,
  resolved: Resolved,
  name: string,
  parent?: PublishedImage,
): Promise<PublishedImage> {
  const build = buildOf(resolved, name);
  requireAllowed(build, resolved.base.identity, world.host);
  const target = world.target(name);
  const image = (await readPublished(target, build)) ?? (await push(world, resolved, build, target));
  refuse(build, refusalOfImage(build, image.labels));
  const step = { world, resolved, build, target, image };
  const { referrers } = await readRecords(target.repository, image.digest);
  await ensureProven(step, referrers);
  await attachEvidence(step, referrers, parent ?? (await readParent(world, parentOf(resolved, build))));
  await ensureSigned(world.signer, referenceTo(target, image), world.report);
  // An image may have been put on hold while it was verified.
  const records = await readRecords(target.repository, image.digest);
  const tags = tagsOf(build, new Date(image.created ?? 0));
  const moves = await promote({ target, build, image, tags, now: world.now }, records);
  world.report(`published ${referenceTo(target, image)}\n${describeMoves(moves, image.digest)}`);
  return { name: target.name, digest: image.digest };
}

async function push(world: PublishWorld, resolved: Resolved, build: Build, target: Target): Promise<NamedImage> {
  const { engine, report, env } = world;
  const parent = parentOf(resolved, build);
  const [own, below] = [referenceOf(build), parent === undefined ? undefined : referenceOf(parent)];
  if (parent !== undefined && below !== undefined && !(await engine.findImages([below])).has(below)) {
    await world.takePublished(parent);
  }
  await world.buildImage(resolved, build.image.name);
  refuse(build, refusalOfImage(build, (await engine.findImages([own])).get(own)?.labels ?? {}));
  const remote = `${target.name}:${buildTagOf(build)}`;
  report(`pushing ${remote}`);
  await pushAs(engine, own, remote, env);
  const image = await readPublished(target, build);
  if (image === undefined) {
    throw new UpstreamError(`${remote} was pushed, but the registry does not have it. Run the command again.`);
  }
  return image;
}

async function pushAs(engine: ContainerEngine, local: string, remote: string, env: PublishWorld['env']): Promise<void> {
  await engine.tagImage(local, remote);
  try {
    await engine.pushImage(remote, env);
  } finally {
    await engine.removeTag(remote);
  }
}

/** Published before, by a command of its own. */
async function readParent(world: PublishWorld, parent: Build | undefined): Promise<PublishedImage | undefined> {
  if (parent === undefined) {
    return undefined;
  }
  const target = world.target(parent.image.name);
  const image = await readPublished(target, parent);
  if (image === undefined) {
    throw new UpstreamError(
      `The parent, ${referenceOf(parent)}, is not published in ${target.name}. Publish it first.`,
    );
  }
  return { name: target.name, digest: image.digest };
}
