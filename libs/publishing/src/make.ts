/**
 * Builds the image of a build, pushes it and signs it immediately: the process that signs has built it. The image gets the tag of
 * the build after it is signed, so that this tag never names an unsigned image of ours.
 */
import type { MadeFrom } from '@pysan/building';
import { type Build, referenceOf, UpstreamError } from '@pysan/model';
import { getManifest, headManifest, type Manifest, putManifest } from '@pysan/registry';
import { type NamedImage, readPublished, type Target } from '@pysan/releases';
import type { Resolved } from '@pysan/resolution';
import { buildTagOf, incomingTagOf } from '@pysan/tagging';

import { referenceTo } from './evidence.ts';
import type { PublishWorld } from './publish-world.ts';
import { settleMs } from './promote.ts';
import { refuse, refusalOfImage } from './refusal.ts';

export interface Making {
  readonly world: PublishWorld;
  readonly resolved: Resolved;
  readonly build: Build;
  readonly target: Target;
  readonly from: MadeFrom;
  /** Digest of a foreign image that will lose the tag. */
  readonly replaces: string | undefined;
}

/** Returns the image with the tag of the build: this one or, if another run was first, the image of that run. */
export async function makeImage(making: Making): Promise<NamedImage> {
  const { world, resolved, build, target, from } = making;
  const { engine, env, report } = world;
  for (const needed of from.values()) {
    await engine.pullImage(referenceTo(needed, needed), env);
  }
  await world.buildImage(resolved, build.image.name, from);
  const labels = (await engine.findImages([referenceOf(build)])).get(referenceOf(build))?.labels ?? {};
  refuse(build, refusalOfImage(build, labels));
  report(`pushing ${target.name}:${buildTagOf(build)}`);
  const manifest = await push(making);
  await world.signer.sign(referenceTo(target, manifest), {});
  report(world.signer.description);
  return takeTag(making, manifest);
}

/** Pushes it under a tag without a meaning, because an engine cannot push by digest. */
async function push({ world, build, target }: Making): Promise<Manifest> {
  const { engine, env } = world;
  const remote = `${target.name}:${incomingTagOf(build)}`;
  await engine.tagImage(referenceOf(build), remote);
  try {
    const digest = await engine.pushImage(remote, env);
    const manifest = await getManifest(target.repository, digest);
    return manifest ?? fail(`${target.name}@${digest} was pushed, but the registry does not have it.`);
  } finally {
    await engine.removeTag(remote);
  }
}

/** Creates the tag of a build once. The first run wins, and a second one takes its image, if that is signed. */
async function takeTag(making: Making, manifest: Manifest): Promise<NamedImage> {
  const { world, build, target, replaces } = making;
  const { repository } = target;
  const tag = buildTagOf(build);
  const now = await headManifest(repository, tag);
  if (now === undefined || now === replaces) {
    await putManifest(repository, manifest, tag);
    // Another run may have looked at the same moment. Both see the image of the run that wrote last.
    await repository.registry.timing.sleep(settleMs);
  }
  const image = await readPublished(target, build);
  if (image === undefined) {
    return fail(`${target.name}:${tag} was created, but the registry does not have it.`);
  }
  if (image.digest !== manifest.digest) {
    const signature = await world.signer.verify(referenceTo(target, image));
    if ('refusal' in signature) {
      fail(
        `Meanwhile something else was pushed as ${target.name}:${tag}: ${signature.refusal}. Find out who does that.`,
      );
    }
    world.report(`${target.name}:${tag} was published by another run meanwhile: ${image.digest} is used`);
  }
  return image;
}

function fail(message: string): never {
  throw new UpstreamError(`${message} Run the command again.`);
}
