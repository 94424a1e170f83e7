/** Finds out whether a public tag lags: a newer build is signed, proven and not on hold, or the tag's image is not trusted. */
import { listTags, type Repository } from '@pysan/registry';
import { isBuildOf, isNewer } from '@pysan/tagging';

import { type NamedImage, readNamed } from '../read-named.ts';
import { readRecords } from '../records.ts';
import { findProof } from '../reports.ts';
import { coveredBy, type ReadSignature, referenceIn } from '../signature.ts';

/** Why the tag lags, given the image that it names, if any; undefined if it does not. Throws an UpstreamError if that cannot be told. */
export async function findLag(
  repository: Repository,
  tag: string,
  named: NamedImage | undefined,
  readSignature: ReadSignature,
): Promise<string | undefined> {
  const signature = named === undefined ? undefined : await readSignature(referenceIn(repository, named.digest));
  if (signature !== undefined && 'refusal' in signature) {
    return `what it names is not trusted: ${signature.refusal}`;
  }
  for (const [buildTag, image] of await readNewer(repository, tag, named)) {
    if (await isProven(repository, image, readSignature)) {
      return `it lags: ${buildTag} is newer, proven and signed`;
    }
  }
  return undefined;
}

async function readNewer(
  repository: Repository,
  tag: string,
  named: NamedImage | undefined,
): Promise<readonly (readonly [string, NamedImage])[]> {
  const tags = (await listTags(repository)).filter((it) => isBuildOf(tag, it));
  const images = await Promise.all(tags.map(async (it) => [it, await readNamed(repository, it)] as const));
  return images.flatMap(([it, image]) =>
    image === undefined || (named !== undefined && !isNewer(image, named)) ? [] : [[it, image] as const],
  );
}

async function isProven(repository: Repository, image: NamedImage, readSignature: ReadSignature): Promise<boolean> {
  const signature = await readSignature(referenceIn(repository, image.digest));
  if ('refusal' in signature) {
    return false;
  }
  const { hold, referrers } = await readRecords(repository, image.digest);
  const proof = await findProof(repository, coveredBy(signature, referrers));
  return hold === undefined && proof?.verdict === 'pass';
}
