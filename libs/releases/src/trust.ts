/** Whose signatures this checkout trusts, and whether an image has one. */
import { findTrust, type Trust } from '@pysan/evidence';
import { isExpected } from '@pysan/model';
import { readCheckout } from '@pysan/workspace';

import type { ReadSignature, Signature } from './signature.ts';

/** UsageError where nothing says whose. */
export async function readTrust(root: string): Promise<Trust> {
  return findTrust(process.env, (await readCheckout(root)).project);
}

/** What the signature of an image is worth to whom this checkout trusts; or why that cannot be told. */
export type SignatureJudgement =
  { readonly trust: Trust; readonly signature: Signature } | { readonly unknown: string };

/** Looks at the signature of an image that a registry has, by its digest: `ghcr.io/acme/numpy-tsan@sha256:…`. */
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
