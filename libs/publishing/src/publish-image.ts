/**
 * Publishes images: builds, pushes and signs, pulls back and verifies, attaches the evidence, signs that, and then moves the
 * public tags. Each step first checks whether it was done, so an interrupted publication can continue.
 */
import type { MadeFrom } from '@pysan/building';
import type { Covered, PublishedImage } from '@pysan/evidence';
import { type Build, ProductError, referenceOf, UpstreamError } from '@pysan/model';
import { coveredBy, readRecords, tagsOf } from '@pysan/releases';
import { buildOf, neededBuilds, type Resolved } from '@pysan/resolution';

import { describeMoves } from './describe.ts';
import { attachEvidence, referenceTo } from './evidence.ts';
import { makeImage } from './make.ts';
import { readOwn } from './own.ts';
import { promote } from './promote.ts';
import { prove } from './prove.ts';
import type { Publication, PublishWorld } from './publish-world.ts';
import { refuse, refusalOfImage, requireAllowed } from './refusal.ts';
import { signCovering } from './sign.ts';

/** Publishes all builds of a resolution, parents first. Stops at the first failure. */
export async function publishChain(world: PublishWorld, resolved: Resolved): Promise<void> {
  const published = new Map<string, PublishedImage>();
  for (const { image } of resolved.builds) {
    published.set(image.name, await publishImage(world, resolved, image.name, published));
  }
}

/**
 * Publishes the build of one image. Its parents must be published; those that are not in `known` are looked up. Throws a
 * UsageError for a build that must not be published, and a ProductError if it does not pass its checks. Then no public tag moves.
 */
export async function publishImage(
  world: PublishWorld,
  resolved: Resolved,
  name: string,
  known: MadeFrom = new Map(),
): Promise<PublishedImage> {
  const publication = await ensureThere(world, resolved, buildOf(resolved, name), known);
  const { build, target, image } = publication;
  refuse(build, refusalOfImage(build, image.labels));
  await ensureEvidence(publication);
  // The image may have been put on hold during its verification.
  const records = await readRecords(target.repository, image.digest);
  const tags = tagsOf(build, new Date(image.created ?? 0));
  const moves = await promote(
    { target, build, image, tags, now: world.now, readSignature: world.signer.verify },
    records,
  );
  world.report(`published ${referenceTo(target, image)}\n${describeMoves(moves, image.digest)}`);
  return { name: target.name, digest: image.digest };
}

async function ensureThere(
  world: PublishWorld,
  resolved: Resolved,
  build: Build,
  known: MadeFrom,
): Promise<Publication> {
  requireAllowed(build, resolved.base.identity, world.host);
  const target = world.target(build.image.name);
  const own = await readOwn(target, build, world.signer.verify);
  if (own !== undefined && 'image' in own) {
    return { world, resolved, build, target, ...own };
  }
  const from = await findNeeded(world, neededBuilds(resolved, build), known);
  const image = await makeImage({ world, resolved, build, target, from, replaces: own?.foreign });
  return { world, resolved, build, target, image, covers: new Set() };
}

async function findNeeded(world: PublishWorld, needs: readonly Build[], known: MadeFrom): Promise<MadeFrom> {
  const found = new Map<string, PublishedImage>();
  for (const build of needs) {
    const { name } = build.image;
    found.set(name, known.get(name) ?? (await readNeeded(world, build)));
  }
  return found;
}

/** The image of a parent that another command has published before. */
async function readNeeded(world: PublishWorld, build: Build): Promise<PublishedImage> {
  const target = world.target(build.image.name);
  const own = await readOwn(target, build, world.signer.verify);
  if (own === undefined || 'foreign' in own) {
    const because = own === undefined ? '' : `: what is there is not used, since ${own.because}`;
    throw new UpstreamError(`${referenceOf(build)} is not published in ${target.name}${because}. Publish it first.`);
  }
  return { name: target.name, digest: own.image.digest };
}

/** Like all documents, a report counts if a signature covers it. */
async function ensureEvidence(publication: Publication): Promise<void> {
  const { world, target, image, covers } = publication;
  const { referrers } = await readRecords(target.repository, image.digest);
  const covered = coveredBy({ covers }, referrers);
  const proof = await prove(publication, covered);
  const documents: Covered = proof?.failure === undefined ? await attachEvidence(publication, covered) : {};
  await signCovering(world, referenceTo(target, image), { ...proof?.attached, ...documents });
  if (proof?.failure !== undefined) {
    throw new ProductError(proof.failure);
  }
}
