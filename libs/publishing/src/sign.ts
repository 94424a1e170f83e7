/** Signs what is published, and looks at the signature as an outsider would. */
import { describeSigner, signerOf, trustOf } from '@pysan/evidence';
import { UpstreamError } from '@pysan/model';
import { findRefusal, requireCosign, signImage } from '@pysan/releases';

/** Who signs. References are by digest: `ghcr.io/acme/numpy-tsan@sha256:…` */
export interface ImageSigner {
  /** `signed with the key …` */
  readonly description: string;
  /** Why an outsider would refuse an image; undefined when its signature is good. */
  readonly findRefusal: (reference: string) => Promise<string | undefined>;
  readonly sign: (reference: string) => Promise<void>;
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
    findRefusal: (reference) => findRefusal(trustOf(signer), reference, env),
    sign: (reference) => signImage(signer, reference, env),
  });
}

/** Signs an image, unless its signature is good already. UpstreamError when an outsider would refuse it then. */
export async function ensureSigned(
  signer: ImageSigner,
  reference: string,
  report: (line: string) => void,
): Promise<void> {
  if ((await signer.findRefusal(reference)) === undefined) {
    return;
  }
  await signer.sign(reference);
  report(signer.description);
  const refusal = await signer.findRefusal(reference);
  if (refusal !== undefined) {
    throw new UpstreamError(
      `${reference} was signed, but others would reject the signature: ${refusal}. Run the command again.`,
    );
  }
}
