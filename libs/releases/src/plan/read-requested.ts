/** What a request would build, and what a registry has of it: asks upstreams and the registry, and builds nothing. */
import { type Build, formatPythonTag } from '@pysan/model';
import { type Candidate, type Found, keyOf, type PresentReader, readPresent } from '@pysan/planning';
import { readImages, readLocks } from '@pysan/workspace';

import { type BuildRequest, planChain, resolveRequest } from '@pysan/resolution';

export interface RequestedImage {
  readonly image: string;
  readonly request: BuildRequest;
  /** Of the base that a build would start from. */
  readonly baseIdentity: string;
  readonly read: PresentReader;
}

export interface Requested {
  readonly build: Build;
  readonly found: Found;
}

/** The chain of an image, the image itself last. UsageError for a request that does not exist or fit. */
export async function readRequested(
  root: string,
  { image, request, baseIdentity, read }: RequestedImage,
): Promise<readonly Requested[]> {
  const [images, locks] = await Promise.all([readImages(root), readLocks(root)]);
  const resolved = await resolveRequest(images, image, request, locks);
  const builds = await planChain(root, images, image, { ...resolved, baseIdentity });
  const candidates = builds.map(candidateOf);
  const found = await readPresent(candidates, read);
  return candidates.map((candidate, index) => ({ build: builds[index] as Build, found: found.get(keyOf(candidate)) }));
}

function candidateOf(build: Build): Candidate {
  const { image, python } = build;
  return { image, tag: python === undefined ? undefined : formatPythonTag(python), build };
}
