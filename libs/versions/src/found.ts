/** What a search upstream ends with: a release that can be built, or why it cannot be built yet. */
export type Found<T> = { readonly release: T } | { readonly missing: string };

/** A release as upstream announces it: whether its artifact can be had is another question. */
export interface Announced {
  readonly version: string;
  /** Upstream calls it a pre-release, or its number says so. */
  readonly preRelease: boolean;
}
