/** The result of checking a signature. Attachments that it does not cover do not count. */
import type { Referrer, Repository } from '@pysan/registry';

/** Why it does not count, or the digests of the attachments that it covers. */
export type Signature = { readonly refusal: string } | { readonly covers: ReadonlySet<string> };

/** Checks the signature of an image by its digest, `ghcr.io/acme/numpy-tsan@sha256:…`. Throws an UpstreamError if that cannot be decided. */
export type ReadSignature = (reference: string) => Promise<Signature>;

/** An image as signatures are read by: `ghcr.io/acme/numpy-tsan@sha256:…`. */
export function referenceIn({ registry, name }: Repository, digest: string): string {
  return `${registry.host}/${name}@${digest}`;
}

/** The attachments that a signature covers; none if it does not count. */
export function coveredBy(signature: Signature, referrers: readonly Referrer[]): readonly Referrer[] {
  return 'refusal' in signature ? [] : referrers.filter(({ digest }) => signature.covers.has(digest));
}
