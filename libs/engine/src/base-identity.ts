/** The name of the chain's base in the engine, and its identity. */
import type { ImageFacts } from './images.ts';
import { EngineError } from '@pysan/model';
import type { Locks } from '@pysan/versions';

export interface Base {
  /** The reference under which the engine keeps it. */
  readonly reference: string;
  /** Digest of the image, or `packages:` and the sha256 of its sorted list of package=version. */
  readonly identity: string;
}

/** The label of a base that was bootstrapped from Debian's packages. */
export const identityLabel = 'org.pysan.base';

/** The name under which the engine keeps the base. */
export function baseReference({ suite }: Locks['debian']): string {
  return `pysan-base:${suite}`;
}

/** The digest of a pulled base, or the identity of its packages in its label. Throws an EngineError if it has neither. */
export function identityOf({ labels, repoTags, repoDigests }: ImageFacts): string {
  const identity = labels[identityLabel] ?? repoDigests[0]?.split('@')[1];
  if (identity === undefined) {
    const reference = repoTags.join(' ');
    throw new EngineError(
      `${reference} has neither a digest nor a list of packages. Remove it: docker image rm ${reference}`,
    );
  }
  return identity;
}
