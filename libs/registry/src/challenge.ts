/** Reads the authentication challenge of a registry: https://distribution.github.io/distribution/spec/auth/token/, RFC 7617. Pure. */

export type Challenge =
  | { readonly scheme: 'none' | 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined };

/** Reads `www-authenticate`; undefined for anything but Basic, or Bearer with the URL of a token server. */
export function parseChallenge(header: string): Challenge | undefined {
  const fields = new Map(
    [...header.matchAll(/(?<!\w)(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const realm = fields.get('realm');
  if (/^basic\b/i.test(header)) {
    return { scheme: 'basic' };
  }
  return /^bearer\b/i.test(header) && realm !== undefined && URL.canParse(realm)
    ? { scheme: 'bearer', realm, service: fields.get('service') }
    : undefined;
}

/**
 * Whether credentials for a registry may be sent to the token server that it names: if that is its own host, or a host of the
 * same domain over TLS (`registry.gitlab.com` and `gitlab.com`).
 */
export function isTrusted(realm: string, registry: string): boolean {
  const [theirs, ours] = [new URL(realm), new URL(registry)];
  if (theirs.hostname === ours.hostname) {
    return theirs.protocol === 'https:' || ours.protocol === 'http:';
  }
  return theirs.protocol === 'https:' && domainOf(theirs) !== undefined && domainOf(theirs) === domainOf(ours);
}

function domainOf({ hostname }: URL): string | undefined {
  return /(?:^|\.)([^.]+\.[a-z][^.]*)$/.exec(hostname)?.[1];
}
