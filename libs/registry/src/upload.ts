/** Uploads small blobs in one piece: POST gets the location, PUT sends the content. The engine transfers layers. */
import type { FullResponse, NetworkError } from '@pysan/http';
import { UpstreamError } from '@pysan/model';

import { digestOf } from './manifest.ts';
import { describe, hasBlob, type Repository } from './repository.ts';
import { askBounded, authorized, refuse, transferMs } from './server.ts';

/** Uploads bytes unless the registry has them. Returns their digest. */
export async function putBlob(repository: Repository, bytes: Buffer): Promise<string> {
  const digest = digestOf(bytes);
  if (!(await hasBlob(repository, digest))) {
    await upload(repository, bytes, digest);
  }
  return digest;
}

async function upload(repository: Repository, bytes: Buffer, digest: string): Promise<void> {
  const { registry, name } = repository;
  const subject = {
    repository: name,
    right: 'push',
    what: describe(repository, `an upload of the blob ${digest}`),
  } as const;
  const answer = await authorized(registry, subject, (authorization) =>
    attempt(repository, bytes, digest, authorization),
  );
  if (answer.status !== 201) {
    throw await refuse(registry, subject, answer);
  }
}

// After a fault both steps are repeated, because the state of a partial upload is not known.
async function attempt(
  { registry, name }: Repository,
  bytes: Buffer,
  digest: string,
  authorization: Readonly<Record<string, string>>,
): Promise<FullResponse | NetworkError> {
  const start = `${registry.origin}/v2/${name}/blobs/uploads/`;
  const begun = await askBounded(registry, start, { method: 'POST', headers: authorization });
  if ('error' in begun || begun.status !== 202) {
    return begun;
  }
  const target = readLocation(start, begun);
  target.searchParams.set('digest', digest);
  // The location may be on another server, which must not get the token.
  const isTheirs = target.origin === registry.origin;
  const headers = { 'content-type': 'application/octet-stream', ...(isTheirs ? authorization : {}) };
  return askBounded(registry, target.href, { method: 'PUT', headers, body: bytes }, transferMs(registry));
}

function readLocation(start: string, { headers }: FullResponse): URL {
  const location = String(headers['location'] ?? '');
  if (location === '' || !URL.canParse(location, start)) {
    throw new UpstreamError(
      `${start} answered 202 without an address for the upload. Check that the host is a registry.`,
    );
  }
  return new URL(location, start);
}
