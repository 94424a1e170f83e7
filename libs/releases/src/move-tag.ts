/** Moves a tag by putting the identical bytes of the manifest under it, which keeps the digest. */
import { headManifest, type Manifest, putManifest, type Repository } from '@pysan/registry';

export interface TagStep {
  readonly tag: string;
  /** The digest that the tag named when the move was decided; undefined for a new tag. */
  readonly from: string | undefined;
  readonly to: Pick<Manifest, 'digest' | 'mediaType' | 'bytes'>;
}

/**
 * Moves a tag, unless it has moved since the decision. Returns the digest that a new read of the tag gives afterwards. The
 * caller must compare it: it is not that of `to` if another process moves the tag too.
 */
export async function moveTag(repository: Repository, { tag, from, to }: TagStep): Promise<string | undefined> {
  const now = await headManifest(repository, tag);
  if (now !== from || now === to.digest) {
    return now;
  }
  await putManifest(repository, to, tag);
  return headManifest(repository, tag);
}
