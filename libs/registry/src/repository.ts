/**
 * One repository of a registry, by https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md.
 *
 * Three answers: what is there; `undefined` (or false) for "no such thing", a 404 to a request with a valid token; and an
 * UpstreamError for everything else. Nothing is handed on that does not match the digest that it goes by.
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
  /** Lists that are changed by reading, adding and writing: one at a time. */
  readonly inTurn: LimitFunction;
  /** Whether the registry lists referrers; undefined until it was asked. */
  hasReferrersApi: boolean | undefined;
}

/** Nothing is asked yet. */
export function openRepository(registry: Registry, name: string): Repository {
  return { registry, name, inTurn: pLimit(1), hasReferrersApi: undefined };
}

/** What a tag or digest names; undefined when there is no such thing. */
export async function getManifest(repository: Repository, reference: string): Promise<Manifest | undefined> {
  const what = describe(repository, `the manifest ${reference}`);
  const request = { headers: { accept }, bytesMax: manifestBytesMax };
  const answer = await ask(repository, `manifests/${reference}`, { what, right: 'pull' }, request);
  return answer === undefined ? undefined : readManifest(what, reference, answer);
}

/** The digest that a tag names, or the digest itself; undefined when there is no such thing. No bytes come, so none are checked. */
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

/** Puts the very bytes, under a tag or by their digest alone, and answers the digest. */
export async function putManifest(
  repository: Repository,
  { bytes, mediaType }: Pick<Manifest, 'bytes' | 'mediaType'>,
  tag?: string,
): Promise<string> {
  return (await putManifestFully(repository, { bytes, mediaType }, tag)).digest;
}

/** As above; also says whether the registry notes by itself what the manifest refers to. */
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

/** Takes a manifest away by its digest, and with it the tags that name it, or one tag; false when it was gone already. */
export async function deleteManifest(repository: Repository, digest: string): Promise<boolean> {
  const what = describe(repository, `a DELETE of the manifest ${digest}`);
  const subject = { what, right: 'delete' } as const;
  const answer = await askExpecting(repository, [200, 202, 204, 404], `manifests/${digest}`, subject, {
    method: 'DELETE',
  });
  return answer.status !== 404;
}

/** The bytes of a descriptor, a JSON document: a layer is the engine's business. Undefined when there are none. */
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

/** Whether there are bytes of that digest. */
export async function hasBlob(repository: Repository, digest: string): Promise<boolean> {
  const subject = { what: describe(repository, `the blob ${digest}`), right: 'pull' } as const;
  return (await ask(repository, `blobs/${digest}`, subject, { method: 'HEAD' })) !== undefined;
}

/** An answer; undefined for 404. Throws an UpstreamError for everything but 200. */
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

/** A thing of a repository, for messages. */
export function describe({ registry, name }: Repository, thing: string): string {
  return `${thing} of ${registry.host}/${name}`;
}
