/** Formats the output of `pysan images`: the images of a registry. Pure. */
import type { PublishedImages } from '@pysan/releases';
import { versionsIn } from '@pysan/tagging';
import { alignRows } from '@pysan/verification';

import { formatAge, formatBytes, formatVersions, shortDigest } from './format-facts.ts';

type Published = PublishedImages['images'][number];

/** The published images, and the hash of each image's present checks to judge their proof by. */
export interface ImageListing {
  readonly repositories: readonly (readonly [image: string, published: PublishedImages])[];
  readonly checks: ReadonlyMap<string, string>;
  readonly now: Date;
}

const header = ['image', 'digest', 'age', 'python', 'size', 'proof', 'tags', 'versions'];

/** One line for each image that a tag names, then the number of immutable tags, which are not listed. */
export function formatImages({ repositories, checks, now }: ImageListing): string {
  const rows = repositories.flatMap(([image, { images }]) =>
    images.map((it) => rowOf(image, it, now, proofOf(it, checks.get(image)))),
  );
  const immutable = repositories.reduce((sum, [, published]) => sum + published.immutable, 0);
  const counts = `${rows.length} images, and ${immutable} immutable tags`;
  return rows.length === 0 ? counts : [...alignRows([header, ...rows]), '', counts].join('\n');
}

function rowOf(image: string, { digest, created, bytes, labels, tags }: Published, now: Date, proof: string): string[] {
  const versions = versionsIn(labels);
  return [
    image,
    shortDigest(digest),
    formatAge(created, now),
    versions['python'] ?? '',
    formatBytes(bytes),
    proof,
    tags.join(' '),
    formatVersions(versions),
  ];
}

/** `pass`, `pass (other checks)`, `none`, `not trusted`, or `on hold`, which takes precedence. */
function proofOf({ proof, hold, doubt }: Published, checks: string | undefined): string {
  if (hold !== undefined) {
    return 'on hold';
  }
  if (proof === undefined) {
    return doubt === undefined ? 'none' : 'not trusted';
  }
  return proof.checksHash === checks ? proof.verdict : `${proof.verdict} (other checks)`;
}

/** The same for scripts, with full digests and labels. */
export function jsonOf({ repositories, checks }: ImageListing): unknown {
  return repositories.flatMap(([image, { images }]) =>
    images.map(({ digest, tags, created, bytes, labels, proof, doubt, hold }) => ({
      image,
      digest,
      tags,
      created,
      bytes,
      versions: versionsIn(labels),
      proof: proof === undefined ? undefined : { ...proof, isOfToday: proof.checksHash === checks.get(image) },
      doubt,
      hold,
    })),
  );
}
