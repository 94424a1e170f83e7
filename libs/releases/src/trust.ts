/** The signer that this checkout trusts, and whether it has signed an image. */
import { findTrust, type Trust } from '@pysan/evidence';
import { isExpected } from '@pysan/model';
import { readCheckout } from '@pysan/workspace';

import type { ReadSignature, Signature } from './signature.ts';

/** Throws a UsageError if no signer is configured. */
export async function readTrust(root: string): Promise<Trust> {
  return findTrust(process.env, (await readCheckout(root)).project);
}

/** The result of checking an image's signature against the trusted signer, or why that cannot be decided. */
export type SignatureJudgement =
  { readonly trust: Trust; readonly signature: Signature } | { readonly unknown: string };

/** Checks the signature of a published image by its digest: `ghcr.io/acme/numpy-tsan@sha256:…`. */
export async function judgeSignature(
  root: string,
  readSignature: ReadSignature,
  reference: string,
): Promise<SignatureJudgement> {
  try {
    return { signature: await readSignature(reference), trust: await readTrust(root) };
  } catch (error) {
    if (isExpected(error)) {
      return { unknown: error.message };
    }
    throw error;
  }
}
