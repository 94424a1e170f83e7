/**
 * Lets docker and cosign ask a registry as who pysan asks it as, where that is said by the environment: the two know
 * nothing of it. They ask a credential helper, which has the secret from their environment: no file ever holds it.
 */
import path from 'node:path';

import { dockerError, tryDocker } from '@pysan/engine';
import { credentialsOf, ownerOf, type Namespace } from '@pysan/registry';

/** A configuration of docker that names the helper beside it. */
const folder = path.join(import.meta.dirname, '../login');

/** Runs the work with additional environment variables for docker and cosign. */
export async function withLogin<T>(
  { host, path: owned }: Pick<Namespace, 'host' | 'path'>,
  work: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  const credentials = credentialsOf(host, ownerOf(owned), process.env);
  if (credentials === undefined) {
    return work({});
  }
  const { username, secret } = credentials;
  return work({
    ...{ DOCKER_CONFIG: folder, ...(await findEngine()) },
    ...{ PATH: `${folder}:${process.env['PATH'] ?? ''}`, PYSAN_LOGIN_HOST: host },
    PYSAN_LOGIN: JSON.stringify({ ServerURL: host, Username: username, Secret: secret }),
  });
}

/** As withLogin, but anonymous, even if the user is logged in. */
export async function asNobody<T>(work: (env: Record<string, string>) => Promise<T>): Promise<T> {
  return work({ DOCKER_CONFIG: path.join(folder, 'nobody'), ...(await findEngine()) });
}

/** The user's configuration says which engine is meant, and those above do not. cosign works without an engine. */
async function findEngine(): Promise<Record<string, string>> {
  const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const answer = await tryDocker(args);
  if (answer === undefined) {
    return {};
  }
  if (answer.exitCode !== 0) {
    throw dockerError(args, answer);
  }
  return { DOCKER_HOST: answer.stdout.trim() };
}
