/** Manifests and indexes, OCI's and Docker's, checked against their digest. Pure. */
import { createHash } from 'node:crypto';

import type { FullResponse } from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import { z } from 'zod';

import { parseJson } from './json.ts';
import { isDigest } from './reference.ts';

export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  empty: 'application/vnd.oci.empty.v1+json',
} as const;

/** The accepted media types. Without the index types a registry returns the manifest of one platform. */
const accepted: readonly string[] = [
  mediaTypes.manifest,
  mediaTypes.index,
  mediaTypes.dockerManifest,
  mediaTypes.dockerIndex,
];
export const accept = accepted.join(', ');

const descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.string().refine(isDigest, 'expected sha256: and 64 hex digits'),
  size: z.int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  platform: z.looseObject({ architecture: z.string(), os: z.string() }).optional(),
});

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md and image-index.md, in one. */
const manifestJson = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
  /** The manifests of an index. */
  manifests: z.array(descriptor).optional(),
  subject: descriptor.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

export type Descriptor = z.infer<typeof descriptor>;

export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  /** The original bytes: put under another tag, they keep their digest. */
  readonly bytes: Buffer;
  readonly json: z.infer<typeof manifestJson>;
}

/** The size that a registry must accept at least, which is enough for any manifest: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests. */
export const manifestBytesMax = 4 * 2 ** 20;

/** `sha256:` and the hex digits of some bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Parses a manifest that was requested by tag or digest. Throws an UpstreamError if it is not one, or does not match its digest. */
export function readManifest(what: string, reference: string, answer: FullResponse): Manifest {
  const { body: bytes, headers } = answer;
  const type = (String(headers['content-type'] ?? 'something').split(';')[0] ?? '').trim();
  if (!accepted.includes(type)) {
    throw new UpstreamError(`${what} is not a manifest but ${type}. Check that the host is a registry.`);
  }
  const digest = `sha256:${answer.sha256}`;
  requireDigest(what, digest, [isDigest(reference) ? reference : undefined, headers['docker-content-digest']]);
  const { data, error } = manifestJson.safeParse(parseJson(bytes));
  if (data === undefined) {
    throw new UpstreamError(`${what} does not follow the image specification.`, { cause: error });
  }
  return { digest, mediaType: data.mediaType ?? type, bytes, json: data };
}

/** Throws an UpstreamError unless the bytes match the requested digest and the one that the registry names. */
export function requireDigest(
  what: string,
  digest: string,
  expected: readonly (string | string[] | undefined)[],
): void {
  const other = expected.find((it) => it !== undefined && it !== digest);
  if (other !== undefined) {
    throw new UpstreamError(
      `${what} does not match its digest: expected ${String(other)}, got ${digest}. Do not use it, and ask the operator of the registry.`,
    );
  }
}
