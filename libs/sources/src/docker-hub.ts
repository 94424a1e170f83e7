/**
 * The base image on Docker Hub. Whether it can be reached, and the digest of a tag: a HEAD request, which does not
 * count against the limit of pulls, with an anonymous token (https://distribution.github.io/distribution/spec/auth/token/).
 */
import { requestUntilAnswered, fetchJson, isReachable, type Site } from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import { z } from 'zod';

export const dockerHub = 'https://registry-1.docker.io';

// Both kinds of list: without them a registry answers with the manifest of one platform.
const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

const tokenAnswer = z.object({ token: z.string() });

/** True when Docker Hub answers at all within 3 seconds: a rate limit or an error of its own is an answer too. */
export function isDockerHubReachable({ origin }: Site = { origin: dockerHub }): Promise<boolean> {
  return isReachable(`${origin}/v2/`, 3000);
}

/** The digest that an official image's tag (`debian:trixie-slim`) points at; undefined when there is no such tag. UpstreamError when it cannot tell. */
export async function findImageDigest(image: string, site: Site = { origin: dockerHub }): Promise<string | undefined> {
  const [name = '', tag = ''] = image.split(':');
  const url = `${site.origin}/v2/library/${name}/manifests/${tag}`;
  const { status, headers } = await askWithToken(url, site);
  if (status === 404) {
    return undefined;
  }
  const digest = String(headers['docker-content-digest'] ?? '');
  if (status !== 200 || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new UpstreamError(`${url} answered ${status}, and no digest. Try again later.`);
  }
  return digest;
}

async function askWithToken(url: string, { timing }: Site): ReturnType<typeof requestUntilAnswered> {
  const request = { method: 'HEAD', timing } as const;
  const first = await requestUntilAnswered(url, { ...request, headers: { accept } });
  if (first.status !== 401) {
    return first;
  }
  const tokenUrl = readChallenge(url, String(first.headers['www-authenticate'] ?? ''));
  const answer = await fetchJson(tokenUrl, tokenAnswer, { timing });
  return requestUntilAnswered(url, { ...request, headers: { accept, authorization: `Bearer ${answer?.token ?? ''}` } });
}

/** Where the token is to be had: `Bearer realm="https://…/token",service="…",scope="…"`. */
function readChallenge(url: string, challenge: string): string {
  const fields = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]));
  const realm = fields.get('realm');
  if (realm === undefined || !URL.canParse(realm)) {
    throw new UpstreamError(`${url} answered 401, and not where a token is to be had.`);
  }
  const address = new URL(realm);
  for (const key of ['service', 'scope']) {
    address.searchParams.set(key, fields.get(key) ?? '');
  }
  return address.href;
}
