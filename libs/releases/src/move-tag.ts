/** Moves a tag by putting the very bytes of the manifest under it, which keeps the digest. */
import { headManifest, type Manifest, putManifest, type Repository } from '@pysan/registry';

export interface TagStep {
  readonly tag: string;
  /** What the tag names as far as the decision to move it knows: a digest; undefined for a tag that is new. */
  readonly from: string | undefined;
  readonly to: Pick<Manifest, 'digest' | 'mediaType' | 'bytes'>;
}

/**
 * Moves a tag, unless it names something else by now than what the decision was made on. Answers the digest that it names
 * afterwards, read anew, which is not that of `to` when another process is moving it, too: the caller must compare.
 */
export async function moveTag(repository: Repository, { tag, from, to }: TagStep): Promise<string | undefined> {
  const now = await headManifest(repository, tag);
  if (now !== from || now === to.digest) {
    return now;
  }
  await putManifest(repository, to, tag);
  return headManifest(repository, tag);
}
