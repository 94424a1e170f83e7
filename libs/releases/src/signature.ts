/** What a signature is worth to somebody. What it does not cover counts for nothing. */
import type { Referrer, Repository } from '@pysan/registry';

/** Why it does not count, or the digests of the attachments that it covers. */
export type Signature = { readonly refusal: string } | { readonly covers: ReadonlySet<string> };

/** Reads the signature of an image by its digest, `ghcr.io/acme/numpy-tsan@sha256:…`. UpstreamError when it cannot be told. */
export type ReadSignature = (reference: string) => Promise<Signature>;

/** An image as signatures are read by: `ghcr.io/acme/numpy-tsan@sha256:…`. */
export function referenceIn({ registry, name }: Repository, digest: string): string {
  return `${registry.host}/${name}@${digest}`;
}

/** Those of the attachments that a signature covers: none where it does not count. */
export function coveredBy(signature: Signature, referrers: readonly Referrer[]): readonly Referrer[] {
  return 'refusal' in signature ? [] : referrers.filter(({ digest }) => signature.covers.has(digest));
}
