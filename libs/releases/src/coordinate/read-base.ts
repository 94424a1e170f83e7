/** The base image that a run on GitHub would build on. */
import { UpstreamError } from '@pysan/model';
import { findBaseIdentity } from '../plan/engine-images.ts';
import { findImageDigest } from '@pysan/sources';
import { readLocks } from '@pysan/workspace';

import type { Sites } from '@pysan/resolution';

/** As the engine or the lock say; where neither does, a run pulls what Docker Hub has. Throws an UpstreamError. */
export async function readBase(root: string, { dockerHub }: Sites): Promise<string> {
  const { debian } = await readLocks(root);
  const identity = (await findBaseIdentity(debian)) ?? (await findImageDigest(debian.image, dockerHub));
  if (identity === undefined) {
    throw new UpstreamError(`Docker Hub has no ${debian.image}: name another base in versions/debian/lock.json.`);
  }
  return identity;
}
