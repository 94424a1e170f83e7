/** Reads published images: the images that the tags of a repository name, and all records of one. */
import { type Claim, claimOf } from '@pysan/evidence';
import { getManifest, headManifest, listTags, type Repository } from '@pysan/registry';
import { isReferrerTag } from '@pysan/retention';
import { isImmutableTag, isIncomingTag } from '@pysan/tagging';

import { findBaseline, type StoredBaseline } from './baselines.ts';
import { type NamedImage, readNamed } from './read-named.ts';
import { readRecords, type Records } from './records.ts';
import { findProof, type StoredProof } from './reports.ts';
import { settle } from './settle.ts';
import { coveredBy, type ReadSignature } from './signature.ts';

export interface Published extends NamedImage, Pick<Records, 'hold'> {
  readonly tags: readonly string[];
  /** Its proof, by a report that its signature covers. */
  readonly proof?: StoredProof;
  /** Why its proof does not count: its signature is not trusted, or cannot be read. */
  readonly doubt?: string;
}

export interface PublishedImages {
  /** The images that tags name, without immutable tags; the newest first. */
  readonly images: readonly Published[];
  /** The number of immutable tags, which are not followed. */
  readonly immutable: number;
}

/** The images of a repository; none if there is no such repository. */
export async function listPublished(repository: Repository, readSignature: ReadSignature): Promise<PublishedImages> {
  const tags = (await listTags(repository)).filter((tag) => !isReferrerTag(tag) && !isIncomingTag(tag));
  const moving = tags.filter((tag) => !isImmutableTag(tag)).toSorted();
  const named = await Promise.all(moving.map(async (tag) => ({ tag, digest: await headManifest(repository, tag) })));
  const byDigest = [...Map.groupBy(named, ({ digest }) => digest)];
  const images = await Promise.all(
    byDigest.map(async ([digest, list]) =>
      readPublished(
        { repository, readSignature },
        digest,
        list.map(({ tag }) => tag),
      ),
    ),
  );
  return {
    images: images.filter((image) => image !== undefined).toSorted(newestFirst),
    immutable: tags.length - moving.length,
  };
}

function newestFirst({ created: left = '' }: Published, { created: right = '' }: Published): number {
  return left === right ? 0 : left < right ? 1 : -1;
}

interface Place {
  readonly repository: Repository;
  readonly readSignature: ReadSignature;
}

/** Undefined for an image that was removed since the listing. */
async function readPublished(
  { repository, readSignature }: Place,
  digest: string | undefined,
  tags: readonly string[],
): Promise<Published | undefined> {
  const image = digest === undefined ? undefined : await readNamed(repository, digest);
  if (image === undefined) {
    return undefined;
  }
  const { referrers, hold } = await readRecords(repository, image.digest);
  const { covered, ...doubt } = await readCovered({ repository, readSignature }, image.digest, referrers);
  const proof = await findProof(repository, covered);
  return {
    ...image,
    tags,
    ...(hold === undefined ? {} : { hold }),
    ...(proof === undefined ? {} : { proof }),
    ...doubt,
  };
}

/** What its signature covers of what is attached, and why that is nothing where the signature does not count. */
async function readCovered(
  { repository, readSignature }: Place,
  digest: string,
  referrers: Records['referrers'],
): Promise<Pick<Published, 'doubt'> & { readonly covered: Records['referrers'] }> {
  const signature = await settle(readSignature(referenceIn(repository, digest)));
  if ('unreadable' in signature || 'refusal' in signature) {
    return { covered: [], doubt: 'unreadable' in signature ? signature.unreadable : signature.refusal };
  }
  return { covered: coveredBy(signature, referrers) };
}

function referenceIn({ registry, name }: Repository, digest: string): string {
  return `${registry.host}/${name}@${digest}`;
}

/** All that a registry has for one image. */
export interface ImageRecord extends Omit<Published, 'hold'>, Omit<Records, 'referrers'> {
  /** The claimed signers of the attached signatures. They are not verified. */
  readonly signatures: readonly Claim[];
  /** What upstream's own tests found in it, where that was recorded and its signature covers the record. */
  readonly baseline?: StoredBaseline;
}

/** Reads the image that a tag or digest names, with its records; undefined if there is none. */
export async function readImageRecord(
  repository: Repository,
  reference: string,
  readSignature: ReadSignature,
): Promise<ImageRecord | undefined> {
  const image = await readNamed(repository, reference);
  if (image === undefined) {
    return undefined;
  }
  const { referrers, ...records } = await readRecords(repository, image.digest);
  const { covered, ...doubt } = await readCovered({ repository, readSignature }, image.digest, referrers);
  const [proof, baseline, tags, signatures] = await Promise.all([
    findProof(repository, covered),
    findBaseline(repository, covered),
    findTags(repository, image.digest, [reference, ...tagsIn(records)]),
    readSignatures(repository, image.digest),
  ]);
  const documents = { ...(proof === undefined ? {} : { proof }), ...(baseline === undefined ? {} : { baseline }) };
  return { ...image, ...records, tags, signatures, ...documents, ...doubt };
}

function tagsIn({ promotions }: Pick<Records, 'promotions'>): string[] {
  return promotions.flatMap(({ tags }) => tags.map(({ tag }) => tag));
}

/** The tags among them that name a digest now, sorted. */
async function findTags(repository: Repository, digest: string, tags: readonly string[]): Promise<string[]> {
  const candidates = [...new Set(tags)].filter((tag) => tag !== digest);
  const named = await Promise.all(candidates.map((tag) => headManifest(repository, tag)));
  return candidates.filter((_, index) => named[index] === digest).toSorted();
}

// https://github.com/sigstore/cosign/blob/v2.5.0/specs/SIGNATURE_SPEC.md#tag-based-discovery
async function readSignatures(repository: Repository, digest: string): Promise<readonly Claim[]> {
  const manifest = await getManifest(repository, `${digest.replace(':', '-')}.sig`);
  return (manifest?.json.layers ?? []).map(({ annotations = {} }) => claimOf(annotations));
}
