/** Signs what is published, and looks at the signature as an outsider would. */
import { describeSigner, signerOf, trustOf } from '@pysan/evidence';
import { UpstreamError } from '@pysan/model';

import { findRefusal, requireCosign, signImage } from '@pysan/releases';

/** Said before anything is built: UsageError without a key or a workflow to sign with, EngineError without cosign. */
export async function requireSigner(): Promise<void> {
  signerOf(process.env);
  await requireCosign();
}

export interface SigningTask {
  /** By digest: `ghcr.io/acme/numpy-tsan@sha256:…` */
  readonly reference: string;
  /** What cosign needs in its environment beside that of this process. */
  readonly env: NodeJS.ProcessEnv;
  readonly report: (line: string) => void;
}

/** Signs an image, unless its signature is good already. UpstreamError when an outsider would refuse it then. */
export async function ensureSigned({ reference, env, report }: SigningTask): Promise<void> {
  const signer = signerOf(process.env);
  const trust = trustOf(signer);
  if ((await findRefusal(trust, reference, env)) === undefined) {
    return;
  }
  await signImage(signer, reference, env);
  report(describeSigner(signer));
  const refusal = await findRefusal(trust, reference, env);
  if (refusal !== undefined) {
    throw new UpstreamError(`${reference} was signed, and an outsider would refuse it: ${refusal}. Run it again.`);
  }
}
