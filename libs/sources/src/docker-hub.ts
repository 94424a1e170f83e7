/**
 * The base image on Docker Hub: whether it can be reached, and the digest of a tag. That is asked by HEAD requests,
 * which do not count against the limit of pulls, and without credentials.
 */
import { isReachable, type Site } from '@pysan/http';
import { connectAnonymously, headManifest, openRepository } from '@pysan/registry';

export const dockerHub = 'https://registry-1.docker.io';

/** True when Docker Hub answers at all within 3 seconds: a rate limit or an error of its own is an answer too. */
export function isDockerHubReachable({ origin }: Site = { origin: dockerHub }): Promise<boolean> {
  return isReachable(`${origin}/v2/`, 3000);
}

/** The digest that an official image's tag (`debian:trixie-slim`) points at; undefined when there is no such tag. UpstreamError when it cannot tell. */
export function findImageDigest(
  image: string,
  { origin, timing }: Site = { origin: dockerHub },
): Promise<string | undefined> {
  const [name = '', tag = ''] = image.split(':');
  const { host, protocol } = new URL(origin);
  const registry = connectAnonymously({ host, isPlain: protocol === 'http:' }, timing);
  return headManifest(openRepository(registry, `library/${name}`), tag);
}
