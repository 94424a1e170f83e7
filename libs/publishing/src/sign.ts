/** Signs what is published, and looks at the signature as an outsider would. */
import { type Covered, describeSigner, signerOf, trustOf } from '@pysan/evidence';
import { UpstreamError } from '@pysan/model';
import { type ReadSignature, requireCosign, signImage, verifySignature } from '@pysan/releases';

/** Who signs. References are by digest: `ghcr.io/acme/numpy-tsan@sha256:…` */
export interface ImageSigner {
  /** `signed with the key …` */
  readonly description: string;
  /** What a signature is worth to an outsider. */
  readonly verify: ReadSignature;
  /** Signs an image and what is attached to it, beside what was signed before. */
  readonly sign: (reference: string, covered: Covered) => Promise<void>;
}

/**
 * The signer that the environment names, with cosign, which is looked at here and not again. UsageError without a key or a
 * workflow to sign with, EngineError without cosign.
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

// cosign reads all signatures of an image and writes them back: of two at once one is lost.
const triesMax = 3;

/** Signs what was attached to an image. UpstreamError when its signature does not cover that then. */
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
