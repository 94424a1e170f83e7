/**
 * The base image on Docker Hub: whether Docker Hub can be reached, and the digest of a tag. It sends HEAD requests without
 * credentials, which do not count against the pull limit.
 */
import { isReachable, type Site } from '@pysan/http';
import { connectAnonymously, headManifest, openRepository } from '@pysan/registry';

export const dockerHub = 'https://registry-1.docker.io';

/** True if Docker Hub answers within 3 seconds, even with a rate limit or an error. */
export function isDockerHubReachable({ origin }: Site = { origin: dockerHub }): Promise<boolean> {
  return isReachable(`${origin}/v2/`, 3000);
}

/** The digest of an official image's tag (`debian:trixie-slim`); undefined if there is no such tag. Throws an UpstreamError if Docker Hub does not answer. */
export function findImageDigest(
  image: string,
  { origin, timing }: Site = { origin: dockerHub },
): Promise<string | undefined> {
  const [name = '', tag = ''] = image.split(':');
  const { host, protocol } = new URL(origin);
  const registry = connectAnonymously({ host, isPlain: protocol === 'http:' }, timing);
  return headManifest(openRepository(registry, `library/${name}`), tag);
}
