/**
 * The referrers of an image: reports, records, signatures. By the referrers API or, if a registry has none, by an index under
 * the tag `sha256-<digest>`:
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers.
 */
import { startPaging } from '@pysan/http';
import { UpstreamError } from '@pysan/model';

import { type Descriptor, digestOf, type Manifest, mediaTypes, readManifest } from './manifest.ts';
import { ask, describe, getBlob, getManifest, putManifest, putManifestFully, type Repository } from './repository.ts';
import { nextPath } from './tags.ts';
import { putBlob } from './upload.ts';

export interface Referrer {
  readonly digest: string;
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The annotation with the time of creation: https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md. */
export const createdAnnotation = 'org.opencontainers.image.created';

/** All referrers of a digest, in no particular order. The list may lag behind recent pushes. */
export async function listReferrers(repository: Repository, digest: string): Promise<Referrer[]> {
  const byApi = repository.hasReferrersApi === false ? undefined : await askApi(repository, digest);
  const listed = byApi ?? (await readFallback(repository, digest));
  return Promise.all(listed.map((it) => complete(repository, it)));
}

/** Undefined if the registry has no such API. */
async function askApi(repository: Repository, digest: string): Promise<Descriptor[] | undefined> {
  const what = describe(repository, `the list of referrers to ${digest}`);
  const found: Descriptor[] = [];
  const paging = startPaging(repository.registry.timing.now);
  for (let path: string | undefined = `referrers/${digest}`; path !== undefined;) {
    const answer = await ask(repository, path, { what, right: 'pull' }, { headers: { accept: mediaTypes.index } });
    if (answer === undefined) {
      repository.hasReferrersApi = false;
      return undefined;
    }
    found.push(...(readManifest(what, '', answer).json.manifests ?? []));
    path = nextPath(repository, path, answer, paging);
  }
  repository.hasReferrersApi = true;
  return found;
}

async function readFallback(repository: Repository, digest: string): Promise<Descriptor[]> {
  const index = await getManifest(repository, fallbackTag(digest));
  return index === undefined ? [] : entriesOf(repository, digest, index);
}

function entriesOf(repository: Repository, digest: string, { json }: Manifest): Descriptor[] {
  if (json.manifests === undefined) {
    throw new UpstreamError(
      `${describe(repository, `the tag ${fallbackTag(digest)}`)} is not an index of referrers. Find out who moved it.`,
    );
  }
  return json.manifests;
}

function fallbackTag(digest: string): string {
  return digest.replace(':', '-');
}

/** Some lists are incomplete: they have the type of the config instead of the artifact's, and no annotations. */
async function complete(repository: Repository, listed: Descriptor): Promise<Referrer> {
  const { digest, artifactType, annotations } = listed;
  if (artifactType !== undefined && artifactType !== mediaTypes.empty && annotations !== undefined) {
    return { digest, artifactType, annotations };
  }
  const manifest = await getManifest(repository, digest);
  if (manifest === undefined) {
    throw new UpstreamError(
      `${describe(repository, `the referrer ${digest}`)} is listed but missing. Try again later.`,
    );
  }
  const { json } = manifest;
  return {
    digest,
    artifactType: json.artifactType ?? json.config?.mediaType ?? '',
    annotations: json.annotations ?? {},
  };
}

const emptyBlob = Buffer.from('{}');

/** Attaches a JSON document to an image, with its time of creation. Returns the digest of the attachment. */
export async function attach(
  repository: Repository,
  subject: Pick<Manifest, 'digest' | 'mediaType' | 'bytes'>,
  artifactType: string,
  document: Buffer,
  created: Date,
): Promise<string> {
  await Promise.all([putBlob(repository, emptyBlob), putBlob(repository, document)]);
  const annotations = { [createdAnnotation]: created.toISOString() };
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType,
    config: describeBytes(emptyBlob, mediaTypes.empty),
    layers: [describeBytes(document, artifactType)],
    subject: describeBytes(subject.bytes, subject.mediaType),
    annotations,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const { isListed } = await putManifestFully(repository, { bytes, mediaType: mediaTypes.manifest });
  const entry = { ...describeBytes(bytes, mediaTypes.manifest), artifactType, annotations };
  if (!isListed && !(repository.hasReferrersApi ?? (await askApi(repository, subject.digest)) !== undefined)) {
    await repository.inTurn(() => enterFallback(repository, subject.digest, entry));
  }
  return entry.digest;
}

function describeBytes(bytes: Buffer, mediaType: string): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

const stepsMax = 10;
const settleMs = 300;

/**
 * Adds an entry to the index under the fallback tag. Another process may write between our read and write, or we between its.
 * So the entry only counts when two reads contain it, with a pause that is longer than such a gap. An entry seen only once is
 * written again: a registry may return an earlier state of the index, or none.
 */
async function enterFallback(repository: Repository, digest: string, entry: Descriptor): Promise<void> {
  const known = new Map([[entry.digest, entry]]);
  let seen = 0;
  for (let step = 0; step < stepsMax && seen < 2; step += 1) {
    const entries = await readFallback(repository, digest);
    if (!entries.some((it) => it.digest === entry.digest)) {
      seen = 0;
      entries.forEach((it) => known.set(it.digest, it));
      await writeFallback(repository, digest, [...known.values()]);
    } else if ((seen += 1) === 1) {
      await repository.registry.timing.sleep(settleMs);
    }
  }
  if (seen < 2) {
    const tag = describe(repository, `the tag ${fallbackTag(digest)}`);
    throw new UpstreamError(`Another publisher is writing to ${tag}. Run the command again when it has finished.`);
  }
}

async function writeFallback(repository: Repository, digest: string, manifests: readonly Descriptor[]): Promise<void> {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }));
  await putManifest(repository, { bytes, mediaType: mediaTypes.index }, fallbackTag(digest));
}

/** The document in an attachment. Throws an UpstreamError if it is missing or has another type. */
export async function readAttachment(repository: Repository, { digest, artifactType }: Referrer): Promise<Buffer> {
  const layer = (await getManifest(repository, digest))?.json.layers?.[0];
  const bytes = layer?.mediaType === artifactType ? await getBlob(repository, layer) : undefined;
  if (bytes === undefined) {
    throw new UpstreamError(
      `${describe(repository, `the attachment ${digest}`)} does not contain the expected document: ${artifactType}.`,
    );
  }
  return bytes;
}
