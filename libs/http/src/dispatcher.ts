/** Connects to other servers by the proxies and the CA bundle of the environment, as other tools do. */
import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';

import { EngineError } from '@pysan/model';
import { type Dispatcher, EnvHttpProxyAgent } from 'undici';

import { findCaBundle } from './ca-bundle.ts';

type Environment = Readonly<Record<string, string | undefined>>;

let own: Dispatcher | undefined;

/** The dispatcher of this process, created on first use. Throws an EngineError if a proxy or the CA bundle cannot be used. */
export function findDispatcher(): Dispatcher {
  own ??= createDispatcher(process.env);
  return own;
}

/** A dispatcher by HTTP_PROXY, HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE (or similar). Throws an EngineError if one cannot be used. */
export function createDispatcher(env: Environment): Dispatcher {
  const bundle = findCaBundle(env);
  // The bundle adds to the usual certificates, because some bundles only contain the proxy's own.
  const tls = bundle === undefined ? {} : { ca: [...getCACertificates(), readFileSync(bundle, 'utf8')] };
  return new EnvHttpProxyAgent({
    httpProxy: proxyOf(env, 'HTTP_PROXY'),
    httpsProxy: proxyOf(env, 'HTTPS_PROXY'),
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
  });
}

/** As with curl, a proxy may have no scheme. Empty for none. */
function proxyOf(env: Environment, name: string): string {
  const value = env[name.toLowerCase()] ?? env[name] ?? '';
  const address = value === '' || value.includes('://') ? value : `http://${value}`;
  if (address !== '' && !URL.canParse(address)) {
    // The value itself may contain a password.
    throw new EngineError(
      `${name} is not the address of a proxy. Write it like http://proxy.example:3128, or unset it.`,
    );
  }
  return address;
}
