/**
 * Lets docker and cosign ask a registry as who pysan asks it as, where that is said by the environment: the two know
 * nothing of it. The secret is in a file that only this user can read, in a folder that goes when the work is done.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { dockerError, tryDocker } from '@pysan/engine';
import { credentialsOf, ownerOf, type Namespace } from '@pysan/registry';

/** Does the work with what docker and cosign need in their environment beside that of this process. */
export async function withLogin<T>(
  { host, path: owned }: Pick<Namespace, 'host' | 'path'>,
  work: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  const credentials = credentialsOf(host, ownerOf(owned), process.env);
  if (credentials === undefined) {
    return work({});
  }
  const auth = Buffer.from(`${credentials.username}:${credentials.secret}`).toString('base64');
  return withConfig({ auths: { [host]: { auth } } }, work);
}

/** As withLogin, as nobody: whoever this user is logged in as. */
export function asNobody<T>(work: (env: Record<string, string>) => Promise<T>): Promise<T> {
  return withConfig({}, work);
}

async function withConfig<T>(config: object, work: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-login-'));
  try {
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
    return await work({ DOCKER_CONFIG: folder, ...(await findEngine()) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The user's configuration says which engine is meant, and the folder above does not. cosign works without an engine. */
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
