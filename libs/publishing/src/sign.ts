/** Signs published images, and verifies the signatures as an outsider would. */
import { type Covered, describeSigner, signerOf, trustOf } from '@pysan/evidence';
import { UpstreamError } from '@pysan/model';
import { type ReadSignature, requireCosign, signImage, verifySignature } from '@pysan/releases';

/** The signer. References are by digest: `ghcr.io/acme/numpy-tsan@sha256:…` */
export interface ImageSigner {
  /** `signed with the key …` */
  readonly description: string;
  /** Verifies a signature as an outsider. */
  readonly verify: ReadSignature;
  /** Signs an image and its attachments, and keeps earlier signatures. */
  readonly sign: (reference: string, covered: Covered) => Promise<void>;
}

/**
 * The signer that the environment names. Checks cosign once. Throws a UsageError without a key or a workflow to sign with, and
 * an EngineError without cosign.
 */
export async function openSigner(): Promise<(env: Readonly<Record<string, string>>) => ImageSigner> {
  const signer = signerOf(process.env);
  await requireCosign();
  return (env) => ({
    description: describeSigner(signer),
    verify: (reference) => verifySignature(trustOf(signer), reference, env),
    sign: (reference, covered) => signImage(signer, reference, covered, env),
  });
}

// cosign reads all signatures of an image and writes them back, so one of two concurrent signatures is lost.
const triesMax = 3;

/** Signs the attachments of an image. Throws an UpstreamError if its signature does not cover them afterwards. */
export async function signCovering(
  { signer, report }: { readonly signer: ImageSigner; readonly report: (line: string) => void },
  reference: string,
  attached: Covered,
): Promise<void> {
  let missing = Object.entries(attached);
  for (let tries = 0; tries < triesMax && missing.length > 0; tries += 1) {
    await signer.sign(reference, attached);
    const signature = await signer.verify(reference);
    if ('refusal' in signature) {
      throw new UpstreamError(
        `${reference} was signed, but others would reject the signature: ${signature.refusal}. Run the command again.`,
      );
    }
    missing = missing.filter(([, digest]) => !signature.covers.has(digest));
  }
  if (missing.length > 0) {
    throw new UpstreamError(`Another publisher is signing ${reference}. Run the command again when it has finished.`);
  }
  const names = Object.keys(attached);
  if (names.length > 0) {
    report(`its signature covers: ${names.join(', ')}`);
  }
}
