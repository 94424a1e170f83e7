/**
 * One repository of a registry, by https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md.
 *
 * There are three results: the object; `undefined` (or false) for a 404 to a request with a valid token; and an UpstreamError
 * for everything else. Content that does not match its digest is never returned.
 */
import { bytesMax, type FullResponse, type HttpRequest } from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import pLimit, { type LimitFunction } from 'p-limit';

import {
  accept,
  type Descriptor,
  digestOf,
  type Manifest,
  manifestBytesMax,
  readManifest,
  requireDigest,
} from './manifest.ts';
import { askBounded, authorized, refuse, type Registry, type Subject, transferMs } from './server.ts';

export interface Repository {
  readonly registry: Registry;
  /** `acme/numpy-tsan` */
  readonly name: string;
  /** A lock for lists that are changed by reading, adding and writing. */
  readonly inTurn: LimitFunction;
  /** Whether the registry has a referrers API; undefined until the first request for it. */
  hasReferrersApi: boolean | undefined;
}

/** Sends no request yet. */
export function openRepository(registry: Registry, name: string): Repository {
  return { registry, name, inTurn: pLimit(1), hasReferrersApi: undefined };
}

/** The manifest that a tag or digest names; undefined if there is none. */
export async function getManifest(repository: Repository, reference: string): Promise<Manifest | undefined> {
  const what = describe(repository, `the manifest ${reference}`);
  const request = { headers: { accept }, bytesMax: manifestBytesMax };
  const answer = await ask(repository, `manifests/${reference}`, { what, right: 'pull' }, request);
  return answer === undefined ? undefined : readManifest(what, reference, answer);
}

/** The digest that a tag names, or the digest itself; undefined if there is no manifest. Transfers and checks no content. */
export async function headManifest(repository: Repository, reference: string): Promise<string | undefined> {
  const what = describe(repository, `the manifest ${reference}`);
  const request = { method: 'HEAD', headers: { accept } } as const;
  const answer = await ask(repository, `manifests/${reference}`, { what, right: 'pull' }, request);
  const digest = answer?.headers['docker-content-digest'];
  if (answer !== undefined && !/^sha256:[0-9a-f]{64}$/.test(String(digest ?? ''))) {
    throw new UpstreamError(`${what} came without its digest. Check that the host is a registry.`);
  }
  return digest === undefined ? undefined : String(digest);
}

/** Puts the identical bytes, under a tag or only by their digest. Returns the digest. */
export async function putManifest(
  repository: Repository,
  { bytes, mediaType }: Pick<Manifest, 'bytes' | 'mediaType'>,
  tag?: string,
): Promise<string> {
  return (await putManifestFully(repository, { bytes, mediaType }, tag)).digest;
}

/** As above. Also tells whether the registry itself records the subject of the manifest. */
export async function putManifestFully(
  repository: Repository,
  { bytes, mediaType }: Pick<Manifest, 'bytes' | 'mediaType'>,
  tag?: string,
): Promise<{ digest: string; isListed: boolean }> {
  const digest = digestOf(bytes);
  const what = describe(repository, `a PUT of the manifest ${tag ?? digest}`);
  const request = { method: 'PUT', headers: { 'content-type': mediaType }, body: bytes } as const;
  const answer = await askExpecting(repository, [201], `manifests/${tag ?? digest}`, { what, right: 'push' }, request);
  requireDigest(what, digest, [answer.headers['docker-content-digest']]);
  return { digest, isListed: answer.headers['oci-subject'] !== undefined };
}

/** Deletes a manifest by its digest, with the tags that name it, or one tag; false if it was already gone. */
export async function deleteManifest(repository: Repository, digest: string): Promise<boolean> {
  const what = describe(repository, `a DELETE of the manifest ${digest}`);
  const subject = { what, right: 'delete' } as const;
  const answer = await askExpecting(repository, [200, 202, 204, 404], `manifests/${digest}`, subject, {
    method: 'DELETE',
  });
  return answer.status !== 404;
}

/** The bytes of a descriptor, which must be a JSON document: the engine transfers layers. Undefined if there are none. */
export async function getBlob(
  repository: Repository,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
): Promise<Buffer | undefined> {
  const what = describe(repository, `the blob ${digest}`);
  const request = { bytesMax: Math.min(size, bytesMax.json) };
  const subject = { what, right: 'pull' } as const;
  const answer = await ask(repository, `blobs/${digest}`, subject, request, transferMs(repository.registry));
  if (answer !== undefined) {
    requireDigest(what, `sha256:${answer.sha256}`, [digest]);
  }
  return answer?.body;
}

/** Whether a blob with that digest exists. */
export async function hasBlob(repository: Repository, digest: string): Promise<boolean> {
  const subject = { what: describe(repository, `the blob ${digest}`), right: 'pull' } as const;
  return (await ask(repository, `blobs/${digest}`, subject, { method: 'HEAD' })) !== undefined;
}

/** A response; undefined for 404. Throws an UpstreamError for everything but 200. */
export async function ask(
  repository: Repository,
  path: string,
  subject: Omit<Subject, 'repository'>,
  request: HttpRequest,
  timeoutMs?: number,
): Promise<FullResponse | undefined> {
  const answer = await askExpecting(repository, [200, 404], path, subject, request, timeoutMs);
  return answer.status === 404 ? undefined : answer;
}

async function askExpecting(
  repository: Repository,
  expected: readonly number[],
  path: string,
  subject: Omit<Subject, 'repository'>,
  request: HttpRequest,
  timeoutMs?: number,
): Promise<FullResponse> {
  const { registry, name } = repository;
  const url = `${registry.origin}/v2/${name}/${path}`;
  const asked = { repository: name, ...subject };
  const answer = await authorized(registry, asked, (authorization) =>
    askBounded(registry, url, { ...request, headers: { ...request.headers, ...authorization } }, timeoutMs),
  );
  if (!expected.includes(answer.status)) {
    throw await refuse(registry, asked, answer);
  }
  return answer;
}

/** Names an object of a repository in messages. */
export function describe({ registry, name }: Repository, thing: string): string {
  return `${thing} of ${registry.host}/${name}`;
}
