/** Finds the base image that builds start from, without pulling it. */
import { type Base, baseReference, identityOf, inspectImage, probeEngine } from '@pysan/engine';
import type { Site } from '@pysan/http';
import { EngineError, UpstreamError } from '@pysan/model';
import { dockerHub, findImageDigest, isDockerHubReachable } from '@pysan/sources';
import type { Locks } from '@pysan/versions';

/**
 * The base in the engine, else the one that the lock pins, else the one that Docker Hub has now, which a build would pull.
 * Pulls, starts and installs nothing. Throws an EngineError if none of them has it, and an UpstreamError if Docker Hub fails.
 */
export async function findBase(lock: Locks['debian'], site: Site = { origin: dockerHub }): Promise<Base> {
  return {
    reference: baseReference(lock),
    identity: (await findKnownIdentity(lock)) ?? (await askDockerHub(lock, site)),
  };
}

async function findKnownIdentity(lock: Locks['debian']): Promise<string | undefined> {
  const { engine } = await probeEngine();
  const base = engine === undefined ? undefined : await inspectImage(baseReference(lock));
  return base === undefined ? (lock.digest ?? undefined) : identityOf(base);
}

async function askDockerHub({ image }: Locks['debian'], site: Site): Promise<string> {
  if (!(await isDockerHubReachable(site))) {
    throw new EngineError(
      'The base image of builds is not known: the engine has none, the lock pins none, and Docker Hub cannot be reached. Bootstrap one: ./pysan build toolchain',
    );
  }
  const digest = await findImageDigest(image, site);
  if (digest === undefined) {
    throw new UpstreamError(`Docker Hub has no ${image}. Name another base in versions/debian/lock.json.`);
  }
  return digest;
}
