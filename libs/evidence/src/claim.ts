/**
 * Reads who claims to have signed an image, from the signatures of cosign 2. Nothing is verified here: anyone can attach
 * anything.
 */
import { X509Certificate } from '@sigstore/core';

/** The signer according to the signature: a certificate has an identity and its issuer; a key has no identity. */
export type Claim =
  | { readonly kind: 'key' }
  | { readonly kind: 'certificate'; readonly identity: string; readonly issuer: string }
  | { readonly kind: 'unreadable' };

// https://github.com/sigstore/cosign/blob/v2.5.0/specs/SIGNATURE_SPEC.md
const certificateAnnotation = 'dev.sigstore.cosign/certificate';

/** The claim of a signature, from the annotations of its layer. */
export function claimOf(annotations: Readonly<Record<string, string>>): Claim {
  const certificate = annotations[certificateAnnotation] ?? '';
  return certificate === '' ? { kind: 'key' } : readCertificate(certificate);
}

function readCertificate(pem: string): Claim {
  try {
    const certificate = X509Certificate.parse(pem);
    const { subjectAltName: identity } = certificate;
    const issuer = issuerOf(certificate);
    return identity === undefined || issuer === undefined
      ? { kind: 'unreadable' }
      : { kind: 'certificate', identity, issuer };
  } catch {
    return { kind: 'unreadable' };
  }
}

/** Fulcio writes it twice: https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md. Old certificates only have the first. */
function issuerOf(certificate: X509Certificate): string | undefined {
  const issuer = certificate.extension('1.3.6.1.4.1.57264.1.8')?.valueObj.subs[0];
  return (issuer ?? certificate.extension('1.3.6.1.4.1.57264.1.1'))?.value.toString();
}

/** `as https://github.com/acme/pysan/.github/workflows/…, certified by https://token.actions.githubusercontent.com` */
export function describeClaim(claim: Claim): string {
  switch (claim.kind) {
    case 'key':
      return 'with a key, which does not identify its owner';
    case 'certificate':
      return `as ${claim.identity}, certified by ${claim.issuer}`;
    case 'unreadable':
      return 'with a certificate that cannot be read';
  }
}
