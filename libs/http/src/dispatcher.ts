/** The way to other servers: by the proxies and the CA bundle of the environment, as for every other tool. */
import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';

import { EngineError } from '@pysan/model';
import { type Dispatcher, EnvHttpProxyAgent } from 'undici';

import { findCaBundle } from './ca-bundle.ts';

type Environment = Readonly<Record<string, string | undefined>>;

let own: Dispatcher | undefined;

/** That of this process, made when it is first needed. EngineError when a proxy or the CA bundle cannot be used. */
export function findDispatcher(): Dispatcher {
  own ??= createDispatcher(process.env);
  return own;
}

/** One by HTTP_PROXY, HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE (or its like). EngineError when one cannot be used. */
export function createDispatcher(env: Environment): Dispatcher {
  const bundle = findCaBundle(env);
  // What the bundle holds is trusted beside the usual certificates: some hold the proxy's own only.
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

/** A proxy may be given without a scheme, as curl takes it; empty for none. */
function proxyOf(env: Environment, name: string): string {
  const value = env[name.toLowerCase()] ?? env[name] ?? '';
  const address = value === '' || value.includes('://') ? value : `http://${value}`;
  if (address !== '' && !URL.canParse(address)) {
    // The value itself may hold a password.
    throw new EngineError(
      `${name} is not the address of a proxy: write it like http://proxy.example:3128, or unset it.`,
    );
  }
  return address;
}
