import type { Locks } from '@pysan/versions';

/** What the reader of a plan must know of the base while the lock pins none; nothing once it does. */
export function notesOnBase({ digest, image }: Locks['debian']): readonly string[] {
  return digest === null
    ? [
        `versions/debian/lock.json pins no digest of ${image}. Builds are named by the base image of this engine, or by the one that Docker Hub has now, so another machine may name them differently. Run ./pysan resolve where Docker Hub can be reached: it pins the digest.`,
      ]
    : [];
}
