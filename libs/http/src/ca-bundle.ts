/** Finds the host's CA bundle: behind a proxy that inspects TLS, builds need it to reach upstreams. */
import { accessSync, constants } from 'node:fs';

import { EngineError } from '@pysan/model';

/** The variables that name one, the most general first. NODE_EXTRA_CA_CERTS often has only additional certificates. */
const variables = ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'PIP_CERT', 'NODE_EXTRA_CA_CERTS'] as const;

/** The CA bundle that the environment names; undefined if it names none. Builds get it as a secret. Throws an EngineError if it cannot be read. */
export function findCaBundle(
  env: Readonly<Record<string, string | undefined>>,
  isReadable: (file: string) => boolean = isReadableFile,
): string | undefined {
  const variable = variables.find((name) => (env[name] ?? '') !== '');
  const file = variable === undefined ? undefined : env[variable];
  if (variable === undefined || file === undefined) {
    return undefined;
  }
  if (!isReadable(file)) {
    throw new EngineError(`${variable} names the CA bundle ${file}, which cannot be read. Fix or unset ${variable}.`);
  }
  return file;
}

function isReadableFile(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
