/** What a registry holds of our images, as far as retention looks at it. */
import type { BuildId } from '@pysan/model';
import type { Hold, Promotion } from '@pysan/tagging';

/** A manifest: of an image, of an index, or of something that refers to one of these. */
export interface Stored {
  readonly digest: string;
  readonly tags: readonly string[];
  /** ISO time of its making; absent when it does not say. */
  readonly created?: string;
  /** What an index lists; empty for any other. */
  readonly children: readonly string[];
  /** What a referrer is about. */
  readonly subject?: string;
  readonly buildId?: BuildId;
  /** The builds that it was made from, its parent and those that it took files from, by the label with its inputs; absent for none. */
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

/** True for a tag that only leads from a digest to what refers to it. */
export function isReferrerTag(tag: string): boolean {
  return referrerTag.test(tag);
}

/** The digests that a manifest is about, by its subject field or by its tags; empty for what is no referrer. */
export function subjectsOf({ digest, subject, tags }: Stored): readonly string[] {
  const byTag = tags.flatMap((tag) => referrerTag.exec(tag)?.[1] ?? []).map((hex) => `sha256:${hex}`);
  const all = subject === undefined ? byTag : [subject, ...byTag];
  return all.filter((it) => it !== digest);
}
