/** The manifests of a registry, with the facts that retention needs. */
import type { BuildId } from '@pysan/model';
import type { Hold, Promotion } from '@pysan/tagging';

/** A manifest of an image, an index, or a referrer. */
export interface Stored {
  readonly digest: string;
  readonly tags: readonly string[];
  /** ISO time of its creation; absent if not recorded. */
  readonly created?: string;
  /** The manifests of an index; empty for any other. */
  readonly children: readonly string[];
  /** The subject of a referrer. */
  readonly subject?: string;
  readonly buildId?: BuildId;
  /** The builds that it was made from, by the label with its inputs: its parent, and those that it took files from; absent for none. */
  readonly madeFrom?: readonly BuildId[];
}

/** One repository of a registry. */
export interface StoredImage {
  readonly image: string;
  readonly manifests: readonly (Stored | { readonly digest: string; readonly unreadable: string })[];
  readonly promotions: readonly Promotion[];
  readonly holds: readonly Hold[];
}

/** `numpy-tsan@sha256:…` */
export function storedName(image: string, digest: string): string {
  return `${image}@${digest}`;
}

// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema; cosign puts a suffix behind it.
const referrerTag = /^sha256-([0-9a-f]{64})(?:\.[a-z]+)?$/;

/** True for a tag that only leads from a digest to its referrers. */
export function isReferrerTag(tag: string): boolean {
  return referrerTag.test(tag);
}

/** The subjects of a manifest, by its subject field or its tags; empty if it is not a referrer. */
export function subjectsOf({ digest, subject, tags }: Stored): readonly string[] {
  const byTag = tags.flatMap((tag) => referrerTag.exec(tag)?.[1] ?? []).map((hex) => `sha256:${hex}`);
  const all = subject === undefined ? byTag : [subject, ...byTag];
  return all.filter((it) => it !== digest);
}
