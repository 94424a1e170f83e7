/**
 * Reads the image under the tag of a build. Only a signed image is the build. Any other image is foreign, whatever its labels
 * say.
 */
import { type Build, UpstreamError } from '@pysan/model';
import { headManifest, listTags } from '@pysan/registry';
import { type NamedImage, readNamed, type ReadSignature, requireBuild, type Target } from '@pysan/releases';
import { isReferrerTag } from '@pysan/retention';
import { buildTagOf, isIncomingTag } from '@pysan/tagging';

import { referenceTo } from './evidence.ts';

/** Signed, with the digests that its signature covers; or foreign, and may be replaced. */
export type Own =
  | { readonly image: NamedImage; readonly covers: ReadonlySet<string> }
  | { readonly foreign: string; readonly because: string };

/** Undefined if the tag is free. Throws an UpstreamError for a foreign image that a public tag names. */
export async function readOwn(target: Target, build: Build, readSignature: ReadSignature): Promise<Own | undefined> {
  const image = await readNamed(target.repository, buildTagOf(build));
  if (image === undefined) {
    return undefined;
  }
  const signature = await readSignature(referenceTo(target, image));
  if (!('refusal' in signature)) {
    requireBuild(target, build, image);
    return { image, covers: signature.covers };
  }
  const names = await findNames(target, image.digest, buildTagOf(build));
  if (names.length > 0) {
    throw new UpstreamError(
      `${target.name}:${buildTagOf(build)} is not replaced: ${names.join(', ')} names it too, and ${signature.refusal}. ` +
        'Find out who pushed it, and roll these tags back.',
    );
  }
  return { foreign: image.digest, because: signature.refusal };
}

/** The other tags that name a digest. */
async function findNames({ repository }: Target, digest: string, own: string): Promise<readonly string[]> {
  const tags = (await listTags(repository)).filter((it) => it !== own && !isIncomingTag(it) && !isReferrerTag(it));
  const named = await Promise.all(tags.map((tag) => headManifest(repository, tag)));
  return tags.filter((_, index) => named[index] === digest);
}
